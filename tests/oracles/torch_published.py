"""The networks that ship against the models of torchvision, timm, transformers and diffusers, counted by torch.

    python tests/oracles/torch_published.py [NAME ...]        every network of the table, or those named

What is compared: parameters, and MACs by `torch.utils.flop_counter` at the size of the network, on the meta device.
In `torch_networks.py --shipped` torch is given our own definition; here the definition is theirs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from dlquiz import calc


class Model(NamedTuple):
    """How a library makes a model and runs one example; and what it counts that the network does not have."""

    make: Callable[[], Any]
    run: Callable[[Any], object] | None = None
    more_parameters: int = 0
    more_macs: int = 0


def _torchvision(name: str, **arguments: object) -> Model:
    def make() -> Any:
        from torchvision import models

        return models.get_model(name, weights=None, **arguments)

    return Model(make)


def _segmentation(name: str, aux: bool) -> Model:
    return _torchvision(name, weights_backbone=None, aux_loss=aux)


def _timm(name: str) -> Model:
    def make() -> Any:
        import timm

        return timm.create_model(name)

    return Model(make)


def _fused(name: str) -> Model:
    """RepVGG with its branches fused; weights are needed for that, so on the CPU."""

    def make() -> Any:
        import timm
        import torch

        with torch.device("cpu"):
            model = timm.create_model(name).eval()
            for module in model.modules():
                if hasattr(module, "reparameterize"):
                    module.reparameterize()
        return model

    return Model(make)


def _ids(count: int) -> Any:
    import torch

    return torch.zeros(1, count, dtype=torch.long)


def _values(*shape: int) -> Any:
    import torch

    return torch.zeros(1, *shape)


def _transformers(model: str, config: str, run: Callable[[Any], object], **sizes: object) -> Model:
    def make() -> Any:
        import transformers

        return getattr(transformers, model)(getattr(transformers, config)(**sizes))

    return Model(make, run)


def _widths(width: int, layers: int, heads: int) -> dict[str, object]:
    return {"hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads,
            "intermediate_size": 4 * width}  # fmt: skip


def _bert(kind: str, width: int, layers: int, heads: int, **sizes: object) -> Model:
    return _transformers(
        f"{kind}Model", f"{kind}Config", lambda model: model(_ids(128)), **_widths(width, layers, heads), **sizes
    )


def _t5(width: int, inner: int, layers: int, heads: int) -> Model:
    return _transformers(
        "T5ForConditionalGeneration", "T5Config",
        lambda model: model(input_ids=_ids(128), decoder_input_ids=_ids(128), use_cache=False),
        d_model=width, d_ff=inner, num_layers=layers, num_heads=heads, vocab_size=32128,
    )  # fmt: skip


def _whisper(width: int, layers: int, heads: int) -> Model:
    """Its encoder's 1500 sinusoids are parameters that are not trained."""
    sides = {f"{side}_{name}": value for side in ("encoder", "decoder") for name, value in (
        ("layers", layers), ("attention_heads", heads), ("ffn_dim", 4 * width))}  # fmt: skip
    model = _transformers(
        "WhisperForConditionalGeneration", "WhisperConfig",
        lambda model: model(input_features=_values(80, 3000), decoder_input_ids=_ids(448), use_cache=False),
        d_model=width, vocab_size=51865, attn_implementation="eager", **sides,
    )  # fmt: skip
    return model._replace(more_parameters=1500 * width)


def _wav2vec(width: int, layers: int, heads: int) -> Model:
    """Its convolution over positions has a place more than there are, which is cut off."""
    model = _transformers(
        "Wav2Vec2Model", "Wav2Vec2Config", lambda model: model(_values(16000)), **_widths(width, layers, heads)
    )
    return model._replace(more_macs=width // 16 * width * 128)


def _segformer(widths: list[int], layers: list[int], fused: int) -> Model:
    return _transformers(
        "SegformerForSemanticSegmentation", "SegformerConfig", lambda model: model(_values(3, 512, 512)),
        hidden_sizes=widths, depths=layers, decoder_hidden_size=fused, num_labels=150, attn_implementation="eager",
    )  # fmt: skip


def _mamba(width: int, layers: int) -> Model:
    """Its convolution pads both sides and cuts off what the sequence does not have."""
    model = _transformers(
        "MambaForCausalLM", "MambaConfig", lambda model: model(_ids(16), use_cache=False),
        hidden_size=width, num_hidden_layers=layers, vocab_size=50280, state_size=16,
    )  # fmt: skip
    return model._replace(more_macs=layers * 2 * width * 4 * 3)


def _detr() -> Model:
    def make() -> Any:
        import transformers

        backbone = transformers.ResNetConfig(depths=[3, 4, 6, 3], out_features=["stage4"])
        return transformers.DetrForObjectDetection(transformers.DetrConfig(
            use_timm_backbone=False, backbone=None, use_pretrained_backbone=False, backbone_config=backbone,
            num_labels=91, attn_implementation="eager",
        ))  # fmt: skip

    return Model(make, lambda model: model(_values(3, 800, 1066)))


def _detector(name: str, proposals: int = 0) -> Model:
    """The backbone and the heads; the boxes chosen between them are no layers.

    ResNet-50's batch norm is frozen only where weights are loaded: 53,120 parameters that are none.
    """
    frozen = 0 if name.startswith("ssd") else 53_120

    def run(model: Any) -> object:
        maps = list(model.backbone(_values(*((3, 800, 800) if frozen else (3, 300, 300)))).values())
        if not proposals:
            return model.head(maps)
        pooled = _values(proposals, 256, 7, 7)[0]
        return model.rpn.head(maps), model.roi_heads.box_predictor(model.roi_heads.box_head(pooled))

    return _torchvision(name, weights_backbone=None)._replace(run=run, more_parameters=frozen)


def _clip(vision: dict[str, object], text: dict[str, object], projection: int) -> Model:
    """Its last product is that of one picture with one text."""
    model = _transformers(
        "CLIPModel", "CLIPConfig", lambda model: model(input_ids=_ids(77), pixel_values=_values(3, 224, 224)),
        vision_config=vision, text_config=text, projection_dim=projection, attn_implementation="eager",
    )  # fmt: skip
    return model._replace(more_macs=projection)


def _unet() -> Model:
    def make() -> Any:
        import diffusers

        crossed = ("CrossAttnDownBlock2D",) * 3, ("CrossAttnUpBlock2D",) * 3
        return diffusers.UNet2DConditionModel(
            sample_size=64, block_out_channels=(320, 640, 1280, 1280), cross_attention_dim=768, attention_head_dim=8,
            down_block_types=(*crossed[0], "DownBlock2D"), up_block_types=("UpBlock2D", *crossed[1]),
        )  # fmt: skip

    def run(model: Any) -> object:
        import torch

        return model(_values(4, 64, 64), torch.ones(1), encoder_hidden_states=_values(77, 768))

    return Model(make, run)


def _autoencoder() -> Model:
    def make() -> Any:
        import diffusers

        return diffusers.AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(128, 256, 512, 512), layers_per_block=2,
        )  # fmt: skip

    return Model(make)


SAME = {
    _torchvision: (
        "efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l", "mnasnet0_5", "mnasnet0_75", "mnasnet1_0",
        "mnasnet1_3", "swin_t", "swin_s", "swin_b", "maxvit_t",
        *(f"regnet_{kind}_{size}" for kind in "xy" for size in ("400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf",
                                                                "32gf")),
    ),
    _timm: (
        "repvgg_a0", "repvgg_a1", "repvgg_a2", "repvgg_b0", "repvgg_b1", "repvgg_b2", "repvgg_b3", "darknet53",
        "inception_v4", "inception_resnet_v2", "seresnet50", "seresnet101", "res2net50_26w_4s", "convnextv2_tiny",
        "convnextv2_base", "mobilevit_s", "mobilevit_xxs", "convmixer_768_32", "convmixer_1536_20",
    ),
}  # fmt: skip
MODELS: dict[str, Model] = {name: make(name) for make, names in SAME.items() for name in names} | {
    "convmixer_1024_20": _timm("convmixer_1024_20_ks9_p14"),
    "xception": _timm("legacy_xception"),
    **{f"deit_{size}": _timm(f"deit_{size}_patch16_224") for size in ("tiny", "small", "base")},
    **{f"deit_{size}:distilled": _timm(f"deit_{size}_distilled_patch16_224") for size in ("tiny", "small", "base")},
    **{
        f"mixer_{size}_{patch}": _timm(f"mixer_{size}{patch}_224")
        for size, patch in (("s", 32), ("s", 16), ("b", 32), ("b", 16), ("l", 32), ("l", 16))
    },
    **{f"{name}:deploy": _fused(name) for name in ("repvgg_a0", "repvgg_a1", "repvgg_b0", "repvgg_b1")},
    **{
        f"{head}_{backbone}{':aux' * aux}": _segmentation(f"{head}_{backbone}", aux)
        for head in ("fcn", "deeplabv3")
        for backbone in ("resnet50", "resnet101")
        for aux in (False, True)
    },
    "detr_resnet50": _detr(),
    "retinanet_resnet50_fpn": _detector("retinanet_resnet50_fpn"),
    "fcos_resnet50_fpn": _detector("fcos_resnet50_fpn"),
    "fasterrcnn_resnet50_fpn": _detector("fasterrcnn_resnet50_fpn", 1000),
    "ssd300_vgg16": _detector("ssd300_vgg16"),
    "clip_vit_b_32": _clip({}, {}, 512),
    "clip_vit_l_14": _clip(_widths(1024, 24, 16) | {"patch_size": 14}, _widths(768, 12, 12), 768),
    "segformer_b0": _segformer([32, 64, 160, 256], [2, 2, 2, 2], 256),
    "segformer_b2": _segformer([64, 128, 320, 512], [3, 4, 6, 3], 768),
    "segformer_b5": _segformer([64, 128, 320, 512], [3, 6, 40, 3], 768),
    "whisper_tiny": _whisper(384, 4, 6),
    "whisper_base": _whisper(512, 6, 8),
    "whisper_small": _whisper(768, 12, 12),
    "wav2vec2_base": _wav2vec(768, 12, 12),
    "wav2vec2_large": _wav2vec(1024, 24, 16),
    "stable_diffusion_unet": _unet(),
    "stable_diffusion_vae": _autoencoder(),
    "t5_small": _t5(512, 2048, 6, 8),
    "t5_base": _t5(768, 3072, 12, 12),
    "t5_large": _t5(1024, 4096, 24, 16),
    "mamba_130m@16": _mamba(768, 24),
    "mamba_370m@16": _mamba(1024, 48),
    "mamba_790m@16": _mamba(1536, 48),
    "mamba_1_4b@16": _mamba(2048, 48),
    "mamba_2_8b@16": _mamba(2560, 64),
    "albert_base": _bert("Albert", 768, 12, 12),
    "albert_large": _bert("Albert", 1024, 24, 16),
    "bert_base": _bert("Bert", 768, 12, 12),
    "roberta_base": _bert("Roberta", 768, 12, 12, vocab_size=50265, max_position_embeddings=514, type_vocab_size=1),
    "roberta_large": _bert("Roberta", 1024, 24, 16, vocab_size=50265, max_position_embeddings=514, type_vocab_size=1),
}  # fmt: skip


def counted(model: Model, shape: tuple[int, ...]) -> tuple[int, int]:
    """Parameters and MACs of a model for one example, less what the network does not have."""
    import torch

    for device in ("meta", "cpu"):  # the CPU for what computes with values (RegNet's widths, Whisper's masks)
        try:
            with torch.device(device):
                return _counted(model, shape)
        except (NotImplementedError, RuntimeError):
            if device == "cpu":
                raise
    raise AssertionError


def _counted(model: Model, shape: tuple[int, ...]) -> tuple[int, int]:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    made = model.make().eval().to(torch.get_default_device())
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model.run(made) if model.run else made(_values(*shape))
    parameters = sum(one.numel() for one in made.parameters())
    return parameters - model.more_parameters, counter.get_total_flops() // 2 - model.more_macs


def main() -> None:
    wrong = 0
    for name in sys.argv[1:] or MODELS:
        net = calc.network(name)
        theirs, mine = counted(MODELS[name], net.input_shape), (net.parameters, net.macs)
        wrong += theirs != mine
        print(name, *mine, "ok" if theirs == mine else f"torch {theirs}", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
