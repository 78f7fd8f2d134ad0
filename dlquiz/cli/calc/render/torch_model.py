"""`dlquiz calc net` for a PyTorch model, printed or as code: parameters, and the network where the order is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.cards import Language
from dlquiz.cli.calc.reading import in_chinese
from dlquiz.cli.calc.render.emphasis import bold, emit
from dlquiz.cli.calc.render.layout import in_columns, with_labels, wrapped
from dlquiz.formatting import with_unit
from dlquiz.messages.calc_screens import head, say

if TYPE_CHECKING:
    from dlquiz.calc.networks.printed.counting import ParameterCount, PrintedPart, SharedWeights


class PrintOptions(NamedTuple):
    """What is asked of a printed model: its input's shape, quantities by name, a depth, JSON, language and width."""

    shape: str | None
    asked: Sequence[str] | None
    depth: int | None
    as_json: bool
    language: Language
    width: int


def shown(text: str, options: PrintOptions) -> str:
    """The notation of the model when it has an input and a known order; otherwise its parameters are printed."""
    from dlquiz.calc.networks.printed import code, counting, order, torch_print

    if code.is_code(text):
        model = code.read(text)
    elif torch_print.is_printed(text):
        model = torch_print.read(text)
    else:
        return text
    reason = say("input", options.language)
    try:
        if options.shape:
            return order.notation(model, options.shape)
        order.check_order(model)
    except order.UnknownOrderError as error:
        reason = str(in_chinese(error)) if options.language == "zh" else str(error)
    counted = counting.count(model)
    parts = [] if options.depth is None else counting.outline(model, options.depth)
    fields = _asked(_fields(counted), options.asked)
    if parts and not options.asked:
        fields["parts"] = [part._asdict() for part in parts]
    if options.as_json:
        import json

        print(json.dumps(fields, ensure_ascii=False))
        return ""
    if options.asked:
        print("\n".join(f"{value:,}" if isinstance(value, int) else str(value) for value in fields.values()))
        return ""
    lines = [*_lines(counted, options.language), reason]
    broken = [list(wrapped(one, max(options.width, 20), "  ")) for one in lines]
    emit([*bold(broken[0]), *(line for one in broken[1:] for line in one)])
    if parts:
        emit(["", *_outlined(parts, counted.parameters, options)])
    return ""


def _outlined(parts: Sequence[PrintedPart], whole: int, options: PrintOptions) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [tuple(head(one, options.language) for one in ("module", "parameters", "share"))]
    for part in parts:
        times = f"{part.repeat}× " if part.repeat > 1 else ""
        part_of_whole = with_unit(f"{100 * part.parameters / whole:.1f}", "%", options.language)
        share = part_of_whole if part.parameters else "-"
        rows.append((f"{part.name} ({times}{part.kind})", f"{part.parameters:,}" if part.parameters else "-", share))
    return in_columns(rows, max(options.width, 20))


def _asked(fields: dict[str, object], asked: Sequence[str] | None) -> dict[str, object]:
    """The fields that are asked for, all unless any are."""
    for name in asked or ():
        if name not in fields:
            raise CalcError(
                f"a printed model without --input has nothing at {name[:40]!r}",
                fix="ask for one of: " + ", ".join(fields),
            )
    return {name: fields[name] for name in asked} if asked else fields


def _fields(counted: ParameterCount) -> dict[str, object]:
    return {
        "parameters": counted.at_least,
        "as_printed": counted.parameters,
        "buffers": counted.buffers,
        "exact": counted.exact,
        "unseen": counted.unseen,
        "tied": "; ".join(_shared(one, "en") for one in counted.shared),
        "hidden": "; ".join(_hidden(counted, "en")),
    }


def _lines(counted: ParameterCount, language: Language) -> Iterator[str]:
    parameters, buffers = f"{counted.at_least:,}", f"{counted.buffers:,}"
    if not counted.exact:
        parameters = say("at least", language, number=parameters)
    if counted.parameters != counted.at_least:
        parameters = say("as printed", language, number=parameters, printed=f"{counted.parameters:,}")
    if counted.unseen:
        buffers = say("at least", language, number=buffers)
    yield from with_labels({"parameters": parameters, "buffers": buffers}, language)
    if counted.unseen:
        yield say("unseen", language, names=_listed(counted.unseen, 12))
    for one in counted.shared:
        yield _shared(one, language)
    yield from _hidden(counted, language)


def _shared(one: SharedWeights, language: Language) -> str:
    return say(one.kind, language, names=_listed(one.names, 4), spared=f"{one.spared:,}")


def _hidden(counted: ParameterCount, language: Language) -> Iterator[str]:
    if counted.widths_unknown:
        yield say("widths", language)
    if counted.sizeless:
        yield say("sizeless", language, names=_listed(counted.sizeless, 4))


def _listed(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
