"""Pasted PyTorch code: `nn.Sequential(…)` and single layers, read by their syntax and never run.

Only literals and whole-number arithmetic (`16 * 5 * 5`) may stand as arguments. The result is the tree of modules that
printing the model would give, so everything that reads prints reads code.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.networks.printed.torch_print import MAX_DEPTH, Module

_CODE = re.compile(r"\s*(?:import\s+torch|from\s+torch|(?:\w+\s*=\s*)?(?:torch\.)?nn\.[A-Za-z]\w*\s*\()")
MAX_CODE = 100_000
_LARGEST = 10**18

# The order of the arguments, by class; a number stands for 1, 2 and 3 dimensions.
_CONV = "in_channels out_channels kernel_size stride padding "
_RECURRENT = "input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size"
_TRANSFORMER = "d_model nhead dim_feedforward dropout activation layer_norm_eps batch_first norm_first bias"
POSITIONAL: dict[str, str] = {
    "Conv": _CONV + "dilation groups bias padding_mode",
    "ConvTranspose": _CONV + "output_padding groups bias dilation padding_mode",
    "MaxPool": "kernel_size stride padding dilation return_indices ceil_mode",
    "AvgPool": "kernel_size stride padding ceil_mode",
    "AdaptiveAvgPool": "output_size",
    "AdaptiveMaxPool": "output_size",
    "BatchNorm": "num_features eps momentum affine track_running_stats",
    "InstanceNorm": "num_features eps momentum affine track_running_stats",
    "GroupNorm": "num_groups num_channels eps affine",
    "LayerNorm": "normalized_shape eps elementwise_affine bias",
    "RMSNorm": "normalized_shape eps elementwise_affine",
    "Linear": "in_features out_features bias",
    "Embedding": "num_embeddings embedding_dim padding_idx",
    "Flatten": "start_dim end_dim",
    "Dropout": "p inplace",
    "Upsample": "size scale_factor mode align_corners",
    "PReLU": "num_parameters",
    "PixelShuffle": "upscale_factor",
    "MultiheadAttention": "embed_dim num_heads dropout bias add_bias_kv add_zero_attn kdim vdim batch_first",
    "TransformerEncoderLayer": _TRANSFORMER,
    "TransformerDecoderLayer": _TRANSFORMER,
    "LSTM": _RECURRENT,
    "GRU": _RECURRENT.replace(" proj_size", ""),
    "RNN": _RECURRENT.replace(" proj_size", "").replace("bias", "nonlinearity bias"),
    "Bilinear": "in1_features in2_features out_features bias",
    "EmbeddingBag": "num_embeddings embedding_dim",
}


def is_code(text: str) -> bool:
    """Whether a text is PyTorch code rather than what a model prints.

    >>> is_code("model = nn.Sequential(nn.ReLU())"), is_code("Sequential(\\n  (0): ReLU()\\n)")
    (True, False)
    """
    return bool(_CODE.match(text))


def read(text: str) -> Module:
    """The last model of the code as a tree of modules; CalcError with the line for what is more than literals.

    >>> read("nn.Sequential(nn.Linear(16 * 5 * 5, 10), nn.ReLU())").children[0].named
    {'in_features': 400, 'out_features': 10}
    """
    if len(text) > MAX_CODE:
        raise CalcError(f"{len(text):,} characters are too many", fix=f"use up to {MAX_CODE:,}")
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise CalcError(
            f"line {line} is not Python", fix="paste nn.Sequential(…), or what print(model) gives"
        ) from None
    found: ast.expr | None = None
    for statement in tree.body:
        if isinstance(statement, ast.Expr | ast.Assign):
            found = statement.value
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            raise _refused(statement)
    if found is None:
        raise CalcError("there is no model in the code", fix="paste nn.Sequential(…), or what print(model) gives")
    return _module(found, "", 1)


def _refused(node: ast.AST) -> CalcError:
    line = getattr(node, "lineno", 1)
    return CalcError(
        f"line {line} is more than layers with numbers", fix="paste nn.Sequential(…), or what print(model) gives"
    )


def _module(node: ast.expr, name: str, depth: int) -> Module:
    if not isinstance(node, ast.Call) or depth > MAX_DEPTH:
        raise _refused(node)
    kind = _class(node.func)
    if kind in ("Sequential", "ModuleList"):
        children = [_module(child, label, depth + 1) for label, child in _children(node)]
        return Module(name, kind, [], {}, children, 1, node.lineno)
    named = {one.arg: _literal(one.value) for one in node.keywords if one.arg is not None}
    if len(named) != len(node.keywords):
        raise _refused(node)
    order = POSITIONAL.get(kind) or POSITIONAL.get(kind[:-2] if kind[-2:] in ("1d", "2d", "3d") else "", "")
    names = order.split()
    positional = []
    for place, value in enumerate(map(_literal, node.args)):
        if place < len(names):
            named[names[place]] = value
        else:
            positional.append(value)
    found = Module(name, kind, positional, _per_axis(kind, named), [], 1, node.lineno)
    return _with_layers(found) if kind in LAYERS_INSIDE else found


# The layers inside torch's transformer layers, as it prints them: their names, by class.
LAYERS_INSIDE = {
    "MultiheadAttention": "out_proj",
    "TransformerEncoderLayer": "self_attn linear1 linear2 norm1 norm2",
    "TransformerDecoderLayer": "self_attn multihead_attn linear1 linear2 norm1 norm2 norm3",
}


def _with_layers(module: Module) -> Module:
    """A transformer layer with the layers that torch gives it."""
    given = module.named
    width, inner = given.get("d_model", given.get("embed_dim")), given.get("dim_feedforward", 2048)
    if type(width) is not int or any(given.get(one) for one in ("kdim", "vdim", "add_bias_kv")):
        raise CalcError(f"line {module.line}: the widths of {module.kind} are not read", fix="paste print(model)")
    bias = {"bias": given.get("bias", True)}

    def layer(name: str) -> Module:
        if name.endswith("attn"):
            attention = Module(name, "MultiheadAttention", [], {"embed_dim": width, **bias}, [], 1, module.line)
            return _with_layers(attention)
        if name.startswith("norm"):
            return Module(name, "LayerNorm", [], {"normalized_shape": width, **bias}, [], 1, module.line)
        kind = "NonDynamicallyQuantizableLinear" if name == "out_proj" else "Linear"
        into, out = {"linear1": (width, inner), "linear2": (inner, width)}.get(name, (width, width))
        return Module(name, kind, [], {"in_features": into, "out_features": out, **bias}, [], 1, module.line)

    return module._replace(children=[layer(name) for name in LAYERS_INSIDE[module.kind].split()])


def _class(node: ast.expr) -> str:
    """`Conv2d` of `nn.Conv2d`, `torch.nn.Conv2d` or `Conv2d`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("nn", "torch.nn"):
        return node.attr
    raise _refused(node)


def _children(node: ast.Call) -> list[tuple[str, ast.expr]]:
    """The modules of a container with their names: arguments, a list, or an OrderedDict of pairs."""
    if node.keywords:
        raise _refused(node)
    given = node.args
    if len(given) == 1 and isinstance(given[0], ast.Call) and ast.unparse(given[0].func).endswith("OrderedDict"):
        pairs = given[0].args[0] if given[0].args else given[0]
        if not isinstance(pairs, ast.List | ast.Tuple):
            raise _refused(pairs)
        return [_pair(one) for one in pairs.elts]
    if len(given) == 1 and isinstance(given[0], ast.List | ast.Tuple):
        given = given[0].elts
    return [(str(place), one) for place, one in enumerate(given)]


def _pair(node: ast.expr) -> tuple[str, ast.expr]:
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant):
        return str(node.elts[0].value), node.elts[1]
    raise _refused(node)


def _per_axis(kind: str, named: dict[str, Any]) -> dict[str, Any]:
    """The kernel of a convolution on every axis, as a print has it."""
    kernel = named.get("kernel_size")
    if kind.startswith("Conv") and type(kernel) is int and kind[-2:-1] in "123" and kind.endswith("d"):
        return named | {"kernel_size": (kernel,) * int(kind[-2])}
    return named


def _literal(node: ast.expr) -> Any:
    """A literal, or arithmetic of whole numbers."""
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool | int | float | str)):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(_literal(one) for one in node.elts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _literal(node.operand)
        if type(value) in (int, float):
            return -value
    if isinstance(node, ast.BinOp):
        return _arithmetic(node)
    raise _refused(node)


def _arithmetic(node: ast.BinOp) -> int:
    left, right = _literal(node.left), _literal(node.right)
    if type(left) is int and type(right) is int and abs(left) < _LARGEST and abs(right) < _LARGEST:
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.FloorDiv) and right:
            return left // right
    raise _refused(node)
