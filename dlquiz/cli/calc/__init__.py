"""`dlquiz calc`: the table of its commands, each built only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

from dlquiz.cli.app import LazyGroup, new_app
from dlquiz.errors import DlquizError

# name -> (module of dlquiz.cli.calc, function or "app" for a group, one line of help)
LAYERS: dict[str, tuple[str, str, str]] = {
    "conv": ("layers", "conv", "Convolution in one, two or three dimensions."),
    "deconv": ("layers", "deconv", "Transposed convolution."),
    "separable": ("layers", "separable", "Depthwise separable convolution."),
    "pool": ("layers", "pool", "Maximum or average pooling, adaptive too."),
    "upsample": ("layers", "upsample", "Interpolation to a larger map."),
    "shuffle": ("layers", "shuffle", "Pixel shuffle, and back."),
    "flatten": ("layers", "flatten", "A map as a vector."),
    "norm": ("layers", "norm", "Batch, layer, group, instance or RMS normalisation."),
    "linear": ("layers", "linear", "Fully connected layer."),
    "embedding": ("layers", "embedding", "A table of vectors."),
    "rnn": ("layers", "rnn", "Plain recurrent layer."),
    "lstm": ("layers", "lstm", "Long short-term memory."),
    "gru": ("layers", "gru", "Gated recurrent unit."),
    "attention": ("layers", "attention", "Multi-head attention, grouped-query too."),
    "encoder": ("layers", "encoder", "Transformer encoder layer."),
    "decoder": ("layers", "decoder", "Transformer decoder layer."),
    "net": ("network", "net", "A whole network as a table: by name, notation, file."),
    "rf": ("receptive_field", "field", "Receptive fields: every layer, one unit, backwards."),
    "diff": ("compare", "diff", "Two networks side by side."),
    "top": ("compare", "top", "The layers that cost most."),
    "params": ("costs", "params", "Parameters of a transformer by part, total and active."),
    "length": ("costs", "length", "What attention costs as the sequence grows, and where it overtakes."),
    "kv": ("costs", "kv", "Bytes of the KV cache: MHA, MQA, GQA, MLA."),
    "scores": ("costs", "scores", "Bytes of one layer's attention scores when written out."),
    "flops": ("costs", "flops", "Training FLOPs: 6ND, and exact with a model and a length."),
    "days": ("costs", "days", "Days of training from parameters, tokens, GPUs and utilisation."),
    "mfu": ("costs", "mfu", "Model FLOPs utilisation from tokens per second."),
    "chinchilla": ("costs", "chinchilla", "Compute-optimal parameters and tokens for a budget."),
    "memory": ("costs", "memory", "Weights, gradients and optimiser in training."),
    "activations": ("costs", "activations", "Activations in training, with and without checkpointing."),
    "lora": ("costs", "lora", "Parameters that LoRA trains."),
    "zero": ("costs", "zero", "Memory per GPU under ZeRO stages 1, 2, 3."),
    "allreduce": ("costs", "allreduce", "Bytes each GPU sends in a ring all-reduce."),
    "pipeline": ("costs", "pipeline", "The bubble of a pipeline."),
    "step": ("costs", "step", "Tokens of one optimiser step."),
    "decode": ("costs", "decode", "The bound that bandwidth sets to decoding."),
    "roofline": ("costs", "roofline", "Where a chip turns from memory- to compute-bound."),
    "speculative": ("costs", "speculative", "Expected tokens of a pass with a draft model."),
    "quantise": ("costs", "quantise", "Bytes of weights quantised in groups."),
    "vectors": ("costs", "vectors", "Memory of a store of vectors."),
    "auc": ("costs", "auc", "AUC from the ranks of the positives."),
    "ndcg": ("costs", "ndcg", "nDCG of relevances in the order shown."),
    "perplexity": ("costs", "perplexity", "Perplexity of a mean loss."),
    "softmax": ("costs", "softmax", "Softmax of logits at a temperature."),
    "iou": ("costs", "iou", "Intersection over union of two boxes."),
    "he": ("costs", "he", "Standard deviation of He's and Xavier's initialisation."),
    "saving": ("costs", "saving", "A separable convolution's weights beside an ordinary one's."),
    "diffusion": ("costs", "diffusion", "What is left of the signal after all steps of diffusion."),
    "latent": ("costs", "latent", "How much smaller a latent is than the image."),
    "layer": ("any_layer", "layer", "Any layer by torch's name and arguments."),
    "solve": ("inverse", "app", "Backwards: which layer gives this size or fits this budget?"),
}


class CalcGroup(LazyGroup):
    """A group that builds the options of the one command that was called."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        name: (f"dlquiz.cli.calc.{module}", summary) for name, (module, _, summary) in LAYERS.items()
    }

    def build(self, name: str) -> Any:
        function = LAYERS[name][1]
        module = import_module(self.table[name][0])
        if function == "app":
            return module.app
        single = new_app()
        # The modules of layers and of costs make a command from its row of a table.
        single.command()(module.command(name) if hasattr(module, "command") else getattr(module, function))
        return single

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DlquizError as error:
            from dlquiz.cli.calc.params import LANGUAGE, in_chinese, language

            chosen = ctx.meta.get(LANGUAGE)
            if language(chosen if chosen in ("en", "zh") else None) == "zh":
                raise in_chinese(error) from None
            raise

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        sums = [name for name, (module, _, _) in LAYERS.items() if module == "costs"]
        rest = [name for name in LAYERS if name not in sums]
        for title, names in (("Layers and networks", rest), ("Transformers, training and other sums", sums)):
            with formatter.section(title):
                formatter.write_dl([(name, LAYERS[name][2]) for name in names])


app = new_app(cls=CalcGroup, no_args_is_help=True)


@app.callback()
def calc() -> None:
    """Compute a layer or a network as torch does: size, parameters, MACs, memory, receptive field, with the working.

    Input is channels x sides: 3x224x224 an image, 16x100 a signal, 3x16x112x112 a clip; a bare 224 is a square image of
    unknown channels, for sizes only. Sequences are tokens x features: 128x768.

    \b
    Examples:
      dlquiz calc conv 3x224x224 -o 64 -k 7 -s 2 -p 3
      dlquiz calc conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --check 111
      dlquiz calc pool 64x112x112 -k 3 -s 2 -p 1
      dlquiz calc lstm 10x4096 -o 256
      dlquiz calc net resnet50
      dlquiz calc rf vgg16
      dlquiz calc kv llama3-8b --tokens 8192
      dlquiz calc solve size 224 112 -k 3
    """
