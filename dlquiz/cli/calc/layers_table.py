"""The commands of `dlquiz calc` that name a layer, as data: which layers, options, help and examples.

An option that carries an argument of the layer is read as the layer's own signature types it (`int`, `PerAxis`,
`Padding`, `bool` …); an option of the command alone (`--kind`, `--keys`) says its type here.
"""

from __future__ import annotations

from typing import NamedTuple

MAP_FORM = "channels x sides, as 3x224x224, or one side"
SEQUENCE_FORM = "tokens x features, as 128x768"
TABLE_FORM = "vocabulary x features, as 30522x768"


class LayerOption(NamedTuple):
    """An option: the layer's argument, the flags, metavar and help; `noun` names the value in errors.

    `type` is set only where no layer has the argument; `default` is text as typed, shown by `--help`.
    """

    argument: str
    flags: str
    metavar: str | None
    help: str
    noun: str = ""
    type: str = ""
    default: str | None = None


class LayerCommand(NamedTuple):
    """A command: the layers it may compute (the first ones type the options), its input, options and texts."""

    kinds: tuple[str, ...]
    input: str
    options: tuple[LayerOption, ...]
    summary: str
    examples: tuple[str, ...]


OUT = LayerOption("out_channels", "-o --out", "N", "Output channels.", "out")
KERNEL = LayerOption("kernel_size", "-k --kernel", "K", "Kernel: 3, or 3x5.", "kernel")
STRIDE = LayerOption("stride", "-s --stride", "S", "Stride; 1 unless given.", "stride")
PADDING = LayerOption("padding", "-p --padding", "P", "1, 1x2, 1:2 (before:after), same, valid, tf-same.", "padding")
DILATION = LayerOption("dilation", "-d --dilation", "D", "Dilation; 1 unless given.", "dilation")
GROUPS = LayerOption("groups", "-g --groups", "G", "Groups; 1 unless given.", "groups")
NO_BIAS = LayerOption("bias", "--no-bias", None, "Without biases.")
OUTPUT_PADDING = LayerOption(
    "output_padding", "--output-padding", "P", "Pixels added after each side.", "output padding"
)
MULTIPLIER = LayerOption("depth_multiplier", "-m --multiplier", "M", "Filters per channel.", "multiplier")

HIDDEN = LayerOption("hidden_size", "-o --hidden", "N", "Hidden units.", "hidden")
LAYERS = LayerOption("num_layers", "-n --layers", "N", "Layers on top of each other.", "layers", default="1")
BOTH = LayerOption("bidirectional", "--both --bidirectional", None, "Both directions.")
ONE_BIAS = LayerOption("single_bias", "--one-bias", None, "One bias a gate, as Keras and the papers have it.")
PROJECTION = LayerOption("proj_size", "--proj", "N", "Project the state to N.", "--proj")
FORWARD = LayerOption("dim_feedforward", "--ff", "N", "Width of the feed-forward.", "--ff", default="2048")
ACTIVATION = LayerOption("activation", "--activation", None, "relu or gelu.", default="relu")

LAYER_COMMANDS: dict[str, LayerCommand] = {
    "conv": LayerCommand(
        ("conv2d",),
        "map",
        (OUT, KERNEL, STRIDE, PADDING, DILATION, GROUPS, NO_BIAS),
        "Convolution: output size, parameters, MACs, memory, receptive field, with the working.",
        (
            "conv 3x224x224 -o 64 -k 7 -s 2 -p 3     ResNet's first layer",
            "conv 224 -k 3 -s 2 -p 1                 sizes only",
            "conv 16x100 -o 32 -k 5 -d 2 -p same     a signal, dilated",
            "conv 3x16x112x112 -o 64 -k 3x7x7        a clip",
            "conv 32x56x56 -o 32 -k 3 -g 32          depthwise",
            "conv 3x224x224 -o 32 -k 3 -s 2 -p tf-same",
            "conv 26 -k 7 -s 3 -p 3 -d 3 --check 6   which mistake gives 6?",
        ),
    ),
    "deconv": LayerCommand(
        ("conv_transpose2d",),
        "map",
        (OUT, KERNEL, STRIDE, PADDING, DILATION, GROUPS, OUTPUT_PADDING, NO_BIAS),
        'Transposed convolution ("deconvolution").',
        (
            "deconv 64x28x28 -o 32 -k 4 -s 2 -p 1      doubles the map",
            "deconv 64x28x28 -o 32 -k 3 -s 2 -p 1 --output-padding 1",
            "deconv 28 -k 2 -s 2                       sizes only",
        ),
    ),
    "separable": LayerCommand(
        ("separable_conv2d",),
        "map",
        (OUT, KERNEL, STRIDE, PADDING, DILATION, NO_BIAS, MULTIPLIER),
        "Depthwise separable convolution: a filter per channel, then 1 x 1 over the channels.",
        ("separable 32x112x112 -o 64 -k 3 -p 1 --no-bias", "separable 256x14x14 -o 256 -k 3 -p 1"),
    ),
    "pool": LayerCommand(
        ("max_pool2d", "avg_pool2d", "adaptive_max_pool2d"),
        "map",
        (
            KERNEL,
            STRIDE,
            PADDING,
            DILATION,
            LayerOption("kind", "--kind", "KIND", "max, avg, adaptive-max, adaptive-avg.", type="str", default="max"),
            LayerOption("output_size", "-o --out", "N", "Output side, adaptive kinds.", "out"),
            LayerOption("ceil_mode", "--ceil", None, "Round the size up (ceil_mode)."),
            LayerOption("count_include_pad", "--exclude-padding", None, "Average without the padding."),
        ),
        "Pooling; the stride is the kernel unless given, as in torch.",
        (
            "pool 64x112x112 -k 3 -s 2 -p 1",
            "pool 109 -k 2 --ceil                   sizes only",
            "pool 9 -k 4 -s 4 -p 2 --ceil --kind avg",
            "pool 512x7x7 --kind adaptive-avg -o 1",
        ),
    ),
    "upsample": LayerCommand(
        ("upsample",),
        "map",
        (
            LayerOption("scale_factor", "--scale", "F", "Factor, as 2 or 1.5.", "--scale"),
            LayerOption("size", "--size", "N", "Output side: 448, or 448x600.", "size"),
            LayerOption("mode", "--mode", None, "nearest, linear, bilinear, trilinear, bicubic.", default="nearest"),
        ),
        "Interpolation to a larger (or smaller) map; no parameters.",
        ("upsample 64x28x28 --scale 2", "upsample 64x28x28 --size 224 --mode bilinear"),
    ),
    "shuffle": LayerCommand(
        ("pixel_shuffle", "pixel_unshuffle"),
        "map",
        (
            LayerOption("upscale_factor", "-r --factor", "R", "Upscaling factor.", "factor", default="2"),
            LayerOption("down", "--down", None, "The other way: unshuffle.", type="bool"),
        ),
        "Pixel shuffle: channels become pixels; with --down, pixels become channels.",
        ("shuffle 64x28x28 -r 2", "shuffle 3x224x224 -r 2 --down"),
    ),
    "flatten": LayerCommand(
        ("flatten",),
        "map",
        (),
        "A map as one vector; a batch stays.",
        ("flatten 256x6x6", "flatten 256x6x6 --batch 32"),
    ),
    "norm": LayerCommand(
        ("batch_norm2d", "group_norm", "layer_norm"),
        "map",
        (
            LayerOption("kind", "--kind", "KIND", "batch, layer, group, instance, rms.", type="str", default="batch"),
            LayerOption("num_groups", "-g --groups", "G", "Groups of a group norm.", "groups", default="32"),
            LayerOption("no_affine", "--no-affine", None, "Without a learned scale and shift.", type="bool"),
        ),
        "Normalisation: what is learned, what is kept beside it. Layer and RMS norm work on the last axis.",
        (
            "norm 512                       batch norm of 512 features",
            "norm 64x56x56",
            "norm 128x768 --kind layer      tokens x features",
            "norm 64x56x56 --kind group -g 32",
        ),
    ),
    "linear": LayerCommand(
        ("linear",),
        "sequence",
        (LayerOption("out_features", "-o --out", "N", "Output features.", "out"), NO_BIAS),
        "Fully connected layer, on a vector or on every token.",
        ("linear 784 -o 128", "linear 128x768 -o 3072 --batch 8"),
    ),
    "embedding": LayerCommand(
        ("embedding",),
        "table",
        (LayerOption("tokens", "--tokens", "T", "Ids looked up.", "--tokens", type="int", default="1"),),
        "A table of vectors: parameters, but not one multiplication.",
        ("embedding 30522x768                BERT's", "embedding 50257x768 --tokens 1024"),
    ),
    "rnn": LayerCommand(
        ("rnn",),
        "sequence",
        (HIDDEN, LAYERS, BOTH, ONE_BIAS, NO_BIAS),
        "Plain recurrent layer, with torch's two biases.",
        ("rnn 10x100 -o 128", "rnn 100 -o 128 --one-bias     as Keras counts"),
    ),
    "lstm": LayerCommand(
        ("lstm",),
        "sequence",
        (HIDDEN, LAYERS, BOTH, PROJECTION, ONE_BIAS, NO_BIAS),
        "Long short-term memory, with torch's two biases a gate.",
        (
            "lstm 10x4096 -o 256",
            "lstm 25 -o 100 --one-bias            as Keras counts",
            "lstm 50x300 -o 256 -n 2 --both",
        ),
    ),
    "gru": LayerCommand(
        ("gru",),
        "sequence",
        (HIDDEN, LAYERS, BOTH, ONE_BIAS, NO_BIAS),
        "Gated recurrent unit, with torch's (and Keras's) two biases a gate; the textbook has one.",
        ("gru 10x300 -o 256", "gru 300 -o 256 --one-bias     the textbook's"),
    ),
    "attention": LayerCommand(
        ("multihead_attention",),
        "sequence",
        (
            LayerOption("num_heads", "--heads", "H", "Heads.", "heads"),
            LayerOption("num_kv_heads", "--kv", "H", "Heads of keys and values.", "--kv"),
            LayerOption("key", "--keys", "TxF", "Keys and values from here."),
            NO_BIAS,
        ),
        "Multi-head attention; parameters do not depend on the number of heads.",
        (
            "attention 128x512 --heads 8",
            "attention 4096x4096 --heads 32 --kv 8 --no-bias    grouped-query",
            "attention 20x512 --heads 8 --keys 100x512",
        ),
    ),
    "encoder": LayerCommand(
        ("transformer_encoder_layer",),
        "sequence",
        (LayerOption("nhead", "--heads", "H", "Heads.", "heads"), FORWARD, ACTIVATION, NO_BIAS),
        "Transformer encoder layer: self-attention, feed-forward, two layer norms.",
        ("encoder 128x512 --heads 8", "encoder 197x768 --heads 12 --ff 3072 --activation gelu"),
    ),
    "decoder": LayerCommand(
        ("transformer_decoder_layer",),
        "sequence",
        (
            LayerOption("nhead", "--heads", "H", "Heads.", "heads"),
            FORWARD,
            LayerOption("memory", "--memory", "TxF", "The encoder's output."),
            ACTIVATION,
            NO_BIAS,
        ),
        "Transformer decoder layer: self-attention, attention over the encoder's output, feed-forward, three layer "
        "norms.",
        ("decoder 128x512 --heads 8", "decoder 20x512 --heads 8 --memory 100x512"),
    ),
}
