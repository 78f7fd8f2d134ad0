"""A printed PyTorch model as a network, where the order of its modules is known."""

from __future__ import annotations

from collections.abc import Callable

from dlquiz.calc.errors import CalcError
from dlquiz.calc.networks.printed.torch_print import Module, argument


def notation(model: Module, shape: str) -> str:
    """The model as a text of the notation; raises `CalcError` naming the first module whose order is not known."""
    return f"{shape}, {_chain(model)}"


def _chain(module: Module) -> str:
    steps = _steps(module)
    if module.repeat > 1:
        return f"{module.repeat}*({steps})"
    return steps


def _steps(module: Module) -> str:
    if module.kind in LAYERS:
        return LAYERS[module.kind](module)
    if module.kind in ("Sequential", "Conv2dNormActivation", "ConvNormActivation"):
        return ", ".join(_chain(child) for child in module.children) or "identity"
    if module.kind in ("VGG", "AlexNet"):
        parts = [_chain(child) for child in module.children]
        return ", ".join([*parts[:-1], "flatten", parts[-1]])
    if module.kind == "ResNet":
        return ", ".join([*(_chain(child) for child in module.children[:-1]), "flatten", _chain(module.children[-1])])
    if module.kind in ("BasicBlock", "Bottleneck"):
        return _residual(module)
    raise CalcError(
        f"line {module.line}: what {module.kind} does with its modules is not known",
        fix="write the network in the notation for shapes and MACs",
    )


def _residual(module: Module) -> str:
    children = {child.name: child for child in module.children}
    relu = _steps(children["relu"]) if "relu" in children else "relu"
    main = []
    numbers = [one for one in ("1", "2", "3") if f"conv{one}" in children]
    for one in numbers:
        main += [_steps(children[f"conv{one}"]), _steps(children[f"bn{one}"])]
        main += [relu] if one != numbers[-1] else []
    shortcut = f" | {_steps(children['downsample'])}" if "downsample" in children else ""
    return f"residual({', '.join(main)}{shortcut}), {relu}"


def _sides(value: object) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if len(set(value)) == 1 else "x".join(map(str, value))
    return str(value)


def _window(module: Module, *letters: str) -> str:
    names = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "o": "output_padding"}
    parts = []
    for letter in letters:
        value = module.named.get(names[letter])
        if (
            value is None
            or (letter in "po" and _sides(value) == "0")
            or (letter in "sd" and _sides(value) == "1" and module.kind.startswith("Conv"))
        ):
            continue
        parts.append(f"{letter}={value}" if isinstance(value, str) else f"{letter}{_sides(value)}")
    return " ".join(parts)


def _conv_step(name: str, letters: str) -> Callable[[Module], str]:
    def step(module: Module) -> str:
        groups = module.named.get("groups", 1)
        extra = (f" g{groups}" if groups != 1 else "") + (" b0" if module.named.get("bias", True) is False else "")
        return f"{name} {argument(module, 1, 'out_channels')} {_window(module, *letters)}{extra}"

    return step


def _pool_step(name: str) -> Callable[[Module], str]:
    return lambda module: (
        f"{name} {_window(module, 'k', 's', 'p', 'd')}" + (" ceil" if module.named.get("ceil_mode") is True else "")
    )


def _adaptive_step(kind: str) -> Callable[[Module], str]:
    return lambda module: f"adaptive{kind}pool o{_sides(argument(module, 0, 'output_size'))}"


def _norm_step(name: str, affine: bool) -> Callable[[Module], str]:
    return lambda module: name if module.named.get("affine", affine) is True else f"{name} affine=0"


def _linear_step(module: Module) -> str:
    return f"linear {argument(module, 1, 'out_features')}" + (" b0" if module.named.get("bias", True) is False else "")


LAYERS: dict[str, Callable[[Module], str]] = {
    **{f"Conv{n}d": _conv_step("conv", "kspd") for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _conv_step("deconv", "kspdo") for n in (1, 2, 3)},
    **{f"MaxPool{n}d": _pool_step("maxpool") for n in (1, 2, 3)},
    **{f"AvgPool{n}d": _pool_step("avgpool") for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": _adaptive_step("avg") for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": _adaptive_step("max") for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _norm_step("bn", True) for n in (1, 2, 3)},
    **{f"InstanceNorm{n}d": _norm_step("in", False) for n in (1, 2, 3)},
    "GroupNorm": lambda module: f"gn {argument(module, 0, 'num_groups')}",
    "LayerNorm": lambda module: "ln", "LayerNorm2d": lambda module: "ln", "RMSNorm": lambda module: "rms",
    "Linear": _linear_step,
    "Embedding": lambda module: "embedding {1} v{0}".format(*module.positional),
    "Flatten": lambda module: "flatten", "Identity": lambda module: "identity",
    **{f"Dropout{n}": lambda module: "dropout" for n in ("", "1d", "2d", "3d")},
    "PReLU": lambda module: f"prelu {argument(module, 0, 'num_parameters', 1)}",
    "PixelShuffle": lambda module: f"shuffle {argument(module, 0, 'upscale_factor')}",
    **{name: (lambda word: lambda module: word)(name.lower()) for name in (
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "GELU", "Sigmoid", "Tanh", "Hardswish",
        "Hardsigmoid", "Hardtanh", "Softplus", "Softsign", "LogSigmoid", "Tanhshrink", "Softmax", "LogSoftmax", "GLU",
    )},
}  # fmt: skip
