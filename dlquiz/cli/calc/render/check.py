"""`--check`: is a number right for this layer, and if not, which mistake gives it?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dlquiz.calc import Result
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.calc.mistakes.catalogue import Diagnosis, equal, explain
from dlquiz.calc.mistakes.contexts import mistake_cases
from dlquiz.cards import Language
from dlquiz.cli.calc.reading import UnreadNumberError
from dlquiz.cli.calc.render.emphasis import emit
from dlquiz.cli.calc.render.layer import OutputOptions, working_line
from dlquiz.cli.calc.render.layout import at_equals, wrapped
from dlquiz.formatting import COMMA
from dlquiz.grading.reply import parse
from dlquiz.messages.quantities import quantity_label

QUANTITIES = (
    "output_size", "output_shape", "parameters", "macs", "flops", "receptive_field.size", "receptive_field.jump",
    "receptive_field.start", "activation_bytes", "weight_bytes",
)  # fmt: skip
ORDER = ("mistake", "unit", "pair")
LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "right": "{typed} is right: {names}",
        "rounded": "{typed} is right, rounded: {names}",
        "unknown": "{typed} is not right, and no known mistake gives it: {names}",
        "wrong": "{name}: {right}, not {typed}",
        "because": "  {typed} is what you get when {name}",
    },
    "zh": {
        "right": "{typed} 正确：{names}",
        "rounded": "{typed} 正确（取了近似）：{names}",
        "unknown": "{typed} 不对，已知的错误也得不出它：{names}",
        "wrong": "{name}是 {right}，不是 {typed}",
        "because": "  {typed} 是这样得来的：{name}",
    },
}


class CheckFinding(NamedTuple):
    """One quantity of the layer: what it is, and what would explain the number instead."""

    path: str
    right: Any
    diagnosis: Diagnosis


def report(
    result: Result,
    arguments: Mapping[str, object],
    output: OutputOptions,
    paths: Iterable[str] = QUANTITIES,
    width: int = 80,
    language: Language = "en",
) -> None:
    """Print the verdict on the number to check; one that is wrong leaves with exit code 1."""
    typed, ask = output.check or "", output.ask
    asked = {
        path: value for path in ([ask] if ask else paths) if (value := _value(result, path, bool(ask))) is not None
    }
    value, resolution = _read(typed, asked)
    if _is_square(value, asked):
        value = value[0]
    right = [path for path, one in asked.items() if _same(one, value)]
    rounded = [path for path, one in asked.items() if not right and _rounds(one, value, resolution)]
    right = right or rounded
    findings = [] if right else _findings(result, arguments, asked, value)
    if output.as_json:
        import json

        print(json.dumps(_as_dict(right, asked, findings, language), ensure_ascii=False))
    elif right:
        labels = LABELS[language]
        names = [quantity_label(path, language) + (f" {_text(asked[path])}" if rounded else "") for path in right]
        emit([labels["rounded" if rounded else "right"].format(typed=typed, names=COMMA[language].join(names))])
    else:
        emit(line for text in _wrong(result, typed, asked, findings, language) for line in broken(text, width))
    if not right:
        sys.exit(1)


def _value(result: Result, path: str, must: bool) -> Any:
    if path.startswith("receptive_field") and not isinstance(result.receptive_field, list) and not must:
        return None
    value = result.ask(path)
    if not must and (value == 0 or (path == "output_shape" and len(value) < 2)):
        return None
    return value


def _read(typed: str, asked: Mapping[str, object]) -> tuple[Any, Any]:
    """The number as people type it, and one unit of its last digit where it looks rounded.

    It is a shape when it has separators and a shape could be meant.
    """
    try:
        shapes = any(isinstance(value, tuple) for value in asked.values())
        if shapes and not typed.strip().replace(",", "").isdigit() and any(one in typed for one in "x×X,; ("):
            return parse.read(typed, "shape").value, None
        reading = parse.read(typed, "count")
        return reading.value, reading.resolution
    except parse.ReplyError as error:
        raise UnreadNumberError("--check", typed, error) from None


def _is_square(value: Any, asked: Mapping[str, Any]) -> bool:
    """A square output is one number to us; people also write both sides of it, 112x112."""
    size, shape = asked.get("output_size"), asked.get("output_shape")
    if not isinstance(value, tuple) or size is None or isinstance(size, tuple):
        return False
    return len(set(value)) == 1 and len(value) == (len(shape) - 1 if shape else 2)


def _same(right: object, value: object) -> bool:
    if isinstance(right, tuple) or isinstance(value, tuple):
        return bool(right == value)
    return equal(right, value)


def _rounds(right: Any, value: Any, resolution: Any) -> bool:
    """A rounded number is right when the exact one rounds to it; a small exact one must be given exactly."""
    if resolution is None or isinstance(right, tuple) or isinstance(value, tuple) or right < 1000:
        return False
    return bool(abs(right - value) * 2 <= resolution)


def _findings(
    result: Result, arguments: Mapping[str, object], asked: Mapping[str, object], value: object
) -> list[CheckFinding]:
    """What explains the number, single mistakes before units before pairs; only the best kind is kept."""
    found = []
    for path, right in asked.items():
        places = mistake_cases(result, path, arguments)
        if not isinstance(right, tuple) and not isinstance(value, tuple):
            found.append(CheckFinding(path, right, explain(places, right, value, path)))
    for kind in ORDER:
        chosen = [one for one in found if one.diagnosis.kind == kind]
        if chosen:
            return chosen
    return []


def _wrong(
    result: Result, typed: str, asked: Mapping[str, object], findings: list[CheckFinding], language: Language
) -> Iterable[str]:
    labels = LABELS[language]
    if not findings:
        names = [f"{quantity_label(path, language)} {_text(value)}" for path, value in asked.items()]
        yield labels["unknown"].format(typed=typed, names=COMMA[language].join(names))
        return
    for finding in findings:
        name = quantity_label(finding.path, language)
        yield labels["wrong"].format(name=name, right=_text(finding.right), typed=typed)
        yield labels["because"].format(typed=typed, name=finding.diagnosis.name(language))
        if cure := finding.diagnosis.cure(language):
            yield f"  {cure}"
        for step in result.steps_for(finding.path):
            if step.value == finding.right:
                yield f"  {working_line(step, language)}"
                break


def broken(text: str, width: int) -> Iterable[str]:
    return at_equals(text, width) if " = " in text else wrapped(text, width, "  ")


def _text(value: object) -> str:
    return shape_text(value) if isinstance(value, tuple) else f"{value:,}" if isinstance(value, int) else str(value)


def _as_dict(
    right: list[str], asked: Mapping[str, object], findings: list[CheckFinding], language: Language
) -> dict[str, Any]:
    plain = {path: value if isinstance(value, int | tuple) else str(value) for path, value in asked.items()}
    found = [finding_dict(one, plain[one.path], language) for one in findings]
    return {"correct": bool(right), "right_for": right, "expected": plain, "found": found}


def finding_dict(finding: CheckFinding, expected: object, language: Language) -> dict[str, Any]:
    diagnosis = finding.diagnosis
    return {
        "quantity": finding.path,
        "expected": expected,
        "kind": diagnosis.kind,
        "mistakes": diagnosis.ids,
        "name": diagnosis.name(language),
        "cure": diagnosis.cure(language),
        "tie": diagnosis.is_tie,
    }
