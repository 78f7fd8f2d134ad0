"""What `dlquiz calc` prints: the result as aligned text, the working below it, or one JSON object. Without rich."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.calc import Result, Step, layer, translations
from dlquiz.calc.diagram import picture
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.cli.calc.reading import language, refuse
from dlquiz.cli.calc.render.emphasis import BOLD, Emphasised, bold, dim, emit
from dlquiz.cli.calc.render.layout import at_equals, columns, wrapped
from dlquiz.formatting import COLON, COMMA, SEMICOLON, binary_bytes, in_brackets, minus_signs
from dlquiz.markup.width import cell_width
from dlquiz.messages.quantities import quantity_label
from dlquiz.render.working import signs

if TYPE_CHECKING:
    from dlquiz.cards import Language

COUNTS = ("mac", "flop", "both", "all")
CONVENTION: dict[Language, str] = {
    "en": "A MAC is a multiplication with its addition, FLOPs = 2 × MACs; only the products of convolution, linear and "
    "attention count. Biases and all other element-wise work stand apart.",
    "zh": "一次 MAC 是一次乘法加一次加法，FLOPs = 2 × MACs；只计卷积、线性层与注意力中的乘积，"
    "偏置和其他逐元素运算另列。",
}
WINDOWS: dict[Language, str] = {"en": "windows", "zh": "窗口"}
LEGEND: dict[Language, dict[str, str]] = {
    "en": {"#": "# a tap", "p": "p padding", "x": "x dropped: no window reaches it", "+": "+ added by rounding up"},
    "zh": {"#": "# 卷积核位置", "p": "p 填充", "x": "x 舍去：没有窗口覆盖", "+": "+ 向上取整补出"},
}
FIELD: dict[Language, str] = {
    "en": "{size:,}, jump {jump}, start {start}, padding {padding}",
    "zh": "{size:,}，步进 {jump}，起点 {start}，填充 {padding}",
}
PHASES: dict[Language, str] = {"en": "sizes {sizes}, period {period}", "zh": "大小 {sizes}，周期 {period}"}
SIZES = ("output_shape", "receptive_field")


class OutputOptions(NamedTuple):
    """The options of every layer that say what of it is printed; `check` is a number to be checked."""

    counts: str = "both"
    check: str | None = None
    ask: str | None = None
    as_json: bool = False
    lang: str | None = None


def show(
    kind: str, shape: tuple[int, ...], arguments: dict[str, Any], output: OutputOptions, sizes_only: bool = False
) -> None:
    """Compute the layer and print it; with `check`, say whether a number is right instead."""
    if output.counts not in COUNTS:
        refuse(f"--count {output.counts[:40]!r} is unknown — use mac, flop, both or all")
    output_language, result = language(output.lang), layer(kind, shape, **arguments)
    width = columns()
    if output.check is not None:
        from dlquiz.cli.calc.render.check import QUANTITIES, report

        paths = [path for path in QUANTITIES if not sizes_only or path.startswith((*SIZES, "output_size"))]
        report(result, arguments, output, paths, width, output_language)
    elif output.ask:
        if sizes_only and not output.ask.startswith((*SIZES, "output_size")):
            refuse(f"--ask {output.ask[:40]} needs the input's channels — write the input as 3x224x224")
        print_asked({output.ask: result.ask(output.ask)}, output.as_json)
    elif output.as_json:
        import json

        print(json.dumps(_chosen(result, sizes_only), ensure_ascii=False))
    else:
        emit(lines(result, output.counts, sizes_only, width, output_language))


def print_asked(values: Mapping[str, Any], as_json: bool) -> None:
    """Print the numbers and shapes that were asked for, a line each, or as one JSON object by their names."""
    import json

    from dlquiz.calc.result import json_value

    if as_json:
        print(json.dumps(json_value(dict(values)), ensure_ascii=False))
        return
    for value in values.values():
        if isinstance(value, tuple):
            print(shape_text(value))
        elif isinstance(value, int):
            print(f"{value:,}")
        else:
            print(json.dumps(json_value(value), ensure_ascii=False) if isinstance(value, dict | list) else value)


def _chosen(result: Result, sizes_only: bool) -> dict[str, Any]:
    fields = result.as_dict()
    if not sizes_only:
        return fields
    sides = [window.output for window in result.windows or () if not isinstance(window, str)]
    return {
        "kind": result.kind,
        "output_size": sides,
        "receptive_field": fields["receptive_field"],
        "steps": [
            step for step in fields["steps"] if step["quantity"] in SIZES and not isinstance(step["value"], list)
        ],
    }


def lines(result: Result, count: str, sizes_only: bool, width: int, output_language: Language = "en") -> Iterable[str]:
    """The whole answer, wrapped to a width of at least 20."""
    width = max(width, 20)
    yield from bold(wrapped(_title(result, sizes_only, output_language), width, "  "))
    yield ""
    for name, text in table(result, count, sizes_only, output_language):
        label = quantity_label(name, output_language)
        label = f"  {label}{' ' * max(16 - cell_width(label), 1)}"
        yield from wrapped(label + text, width, " " * (18 if width >= 60 else 4))
    yield from _working(result, count, sizes_only, width, output_language)
    yield from _pictures(result, width, output_language)
    if result.macs and not sizes_only:
        yield ""
        yield from dim(wrapped(CONVENTION[output_language], width, ""))


def _title(result: Result, sizes_only: bool, language: Language) -> str:
    before, after = result.input_shape, result.output_shape
    if sizes_only and isinstance(result.windows, tuple):
        before = tuple(window.size for window in result.windows)
        after = tuple(window.output for window in result.windows)
    return f"{result.kind}{COLON[language]}{shape_text(before)} -> {shape_text(after)}"


def table(
    result: Result, count: str, sizes_only: bool = False, output_language: Language = "en"
) -> Iterable[tuple[str, str]]:
    """The rows of the result: contract name and text."""
    if sizes_only:
        yield "receptive_field", field_text(result, output_language)
        return
    yield "output_shape", shape_text(result.output_shape)
    for name, shape in list((result.outputs or {}).items())[1:]:
        yield "outputs", f"{name} {shape_text(shape)}"
    yield "parameters", _sum(result.parameters, result.parameters_by_tensor, output_language)
    if result.buffers_by_tensor:
        yield "buffers", _sum(result.buffers, result.buffers_by_tensor, output_language)
    if count in ("mac", "both", "all"):
        yield "macs", with_power(result.macs)
    if count != "mac":
        yield "flops", with_power(result.flops)
    if result.elementwise and count in ("both", "all"):
        total = sum(result.elementwise.values())
        yield "elementwise", _sum(total, result.elementwise, output_language)
        if count == "all":
            summands = f"FLOPs + {quantity_label('elementwise', output_language)}"
            yield "operations", f"{result.flops + total:,}" + in_brackets(summands, output_language)
    yield "activation_bytes", bytes_text(result.activation_bytes)
    if result.parameters:
        yield "weight_bytes", bytes_text(result.weight_bytes)
    if result.windows is not None:
        yield "receptive_field", field_text(result, output_language)


def _sum(total: int, parts: Mapping[str, int], language: Language) -> str:
    """A total with its parts, or with what the only part is."""
    names = [translations.word(name, language) for name in parts]
    if not names or len(names) > 12:
        return f"{total:,}"
    counted = [f"{name} {count:,}" for name, count in zip(names, parts.values(), strict=True)]
    return f"{total:,}" + in_brackets(COMMA[language].join(counted if len(counted) > 1 else names), language)


def field_text(result: Result, output_language: Language = "en") -> str:
    """The receptive field on one line, once when the axes agree."""
    field = result.written_field()
    if not isinstance(field, list):
        return "全局" if output_language == "zh" and field == "global" else str(field)
    parts = [_axis_text(axis, output_language) for axis in field]
    return parts[0] if len(set(parts)) == 1 else SEMICOLON[output_language].join(parts)


def _axis_text(axis: dict[str, Any], output_language: Language) -> str:
    text = FIELD[output_language].format(**axis)
    if "sizes" in axis:
        phases = PHASES[output_language].format(sizes=" ".join(map(str, axis["sizes"])), period=axis["period"])
        text += in_brackets(phases, output_language)
    return text


def bytes_text(size: int) -> str:
    """`3,211,264 B = 3.06 MiB`."""
    return f"{size:,} B" if size < 1024 else f"{size:,} B = {binary_bytes(size)}"


def _working(result: Result, count: str, sizes_only: bool, width: int, output_language: Language) -> Iterable[str]:
    hidden = {"mac": {"flops"}, "flop": set[str]()}.get(count, set())
    last = None
    for step in result.steps:
        if step.quantity in hidden or (sizes_only and (step.quantity not in SIZES or isinstance(step.value, tuple))):
            continue
        if step.quantity in ("activation_bytes", "weight_bytes") or step.formula.startswith("("):
            continue
        if step.quantity != last:
            last = step.quantity
            yield ""
            yield Emphasised(quantity_label(last, output_language), BOLD)
        yield from at_equals("  " + working_line(step, output_language), width)


def working_line(step: Step, output_language: Language = "en") -> str:
    """A step as a person would write it.

    >>> working_line(Step("output_shape", "H_out = floor((H - k) / s) + 1", "floor((7 - 3) / 2) + 1", 3))
    'H_out = ⌊(H − k) / s⌋ + 1 = ⌊(7 − 3) / 2⌋ + 1 = 3'
    """
    value = minus_signs(f"{step.value:,}" if isinstance(step.value, int) else str(step.value))
    line = signs(translations.formula(_with_thousands(step.formula), output_language))
    last = line.rpartition(" = ")[2]
    for part in (signs(_with_thousands(step.numbers)), value):
        if part != last:
            line += f" = {part}"
        last = part
    return line


def _with_thousands(text: str) -> str:
    """Whole numbers with their marks, as the value has them.

    >>> _with_thousands("4096 * (4096 + 1024) + 0.00012")
    '4,096 * (4,096 + 1,024) + 0.00012'
    """
    return re.sub(r"(?<![\w.,])\d{4,}(?![\w.])", lambda found: f"{int(found[0]):,}", text)


def _pictures(result: Result, width: int, output_language: Language) -> Iterable[str]:
    if not isinstance(result.windows, tuple):
        return
    if len({(w.size, w.output, w.kernel, w.stride, w.dilation, w.before, w.after) for w in result.windows}) > 1:
        axes = list(zip("DHW"[-len(result.windows) :], result.windows, strict=True))
    else:
        axes = [("", window) for window in result.windows[:1]]
    for letter, window in axes:
        drawn = picture(window, width - 2) if window.kernel > 1 else []
        if drawn:
            yield ""
            yield WINDOWS[output_language] + (f" {letter}" if letter else "")
            yield from (f"  {row}" for row in drawn)
            yield from wrapped("  " + legend(drawn[0], output_language), width, "  ")


def legend(first_row: str, output_language: Language = "en") -> str:
    """What the letters in a picture's first row mean, only those that occur."""
    parts = [text for letter, text in LEGEND[output_language].items() if letter == "#" or letter in first_row.split()]
    return COMMA[output_language].join(parts)


def short(count: int) -> str:
    """A count in four places: `118.0 M`; exact below 100,000.

    >>> short(118013952), short(9408), short(4089184256)
    ('118 M', '9,408', '4.09 G')
    """
    if count < 100_000:
        return f"{count:,}"
    size = float(count)
    for unit in ("", "k", "M", "G", "T", "P", "E"):
        if size < 999.5 or unit == "E":
            break
        size /= 1000
    return f"{size:.3g} {unit}"


def with_power(count: int) -> str:
    """A count exactly, and a long one in short beside it.

    >>> with_power(9408), with_power(118013952)
    ('9,408', '118,013,952 = 118 M')
    """
    return f"{count:,}" if count < 100_000 else f"{count:,} = {short(count)}"
