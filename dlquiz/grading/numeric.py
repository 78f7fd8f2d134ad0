"""A reply to an instance → what it is worth, which mistake it comes from, and the worked solution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.calc.mistakes import catalogue as catalogue
from dlquiz.calc.mistakes.catalogue import Diagnosis
from dlquiz.cards import Language
from dlquiz.formatting import spoken_number
from dlquiz.grading.reply import parse
from dlquiz.grading.reply.parse import Meaning, Reading
from dlquiz.numeric.difference import first_difference
from dlquiz.numeric.instance import Instance, Quantity, WrongValue
from dlquiz.numeric.solution import label, steps
from dlquiz.numeric.template import format_value

if TYPE_CHECKING:
    from dlquiz.expressions import Number
    from dlquiz.grading.check import Outcome

MistakeText = Mapping[str, str]
_WORST: tuple[Outcome, ...] = ("wrong", "rounded", "other-convention", "right")


class Mark(NamedTuple):
    """One quantity marked; `correct` is None where too few digits were given to tell."""

    outcome: Outcome
    correct: bool | None
    mistake: MistakeText | None = None
    notes: tuple[str, ...] = ()


class Marking(NamedTuple):
    """A reply marked, with the fields of a verdict: `expected` in the form in which one replies, `parts` quantity by
    quantity, `mistake` {name, what, cure, text} where `name` is what the log keeps, `notes` on how it was read."""

    outcome: Outcome
    correct: bool | None
    expected: Any
    parts: tuple[bool, ...]
    mistake: MistakeText | None
    steps: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...]


def mark(instance: Instance, reply: object, language: Language) -> Marking:
    """Mark a reply: a string or number, or for several quantities a list in their order or one line; None gives up.

    Raises ReplyError for what cannot be read.
    """
    marks = [mark_quantity(instance, quantity, one, language) for quantity, one in _parted(instance, reply)]
    outcome = min((one.outcome for one in marks), key=_WORST.index)
    corrects = [one.correct for one in marks]
    several = len(marks) > 1
    notes = tuple(
        f"{label(quantity, language)}: {note}" if several else note
        for quantity, one in zip(instance.quantities, marks, strict=True)
        for note in one.notes
    )
    return Marking(
        outcome,
        None if outcome == "rounded" and None in corrects else all(corrects),
        expected(instance),
        tuple(bool(one) for one in corrects),
        next((one.mistake for one in marks if one.mistake), None),
        steps(instance, language),
        notes,
    )


def expected(instance: Instance) -> Any:
    """What would have been right, as one replies: a number, a shape as text, or a list of them."""
    values = [_replied(quantity.value) for quantity in instance.quantities]
    return values[0] if len(values) == 1 else values


def _replied(value: object) -> object:
    if isinstance(value, bool | tuple):
        return format_value(value)
    return value if isinstance(value, int) else format_value(value)


def _parted(instance: Instance, reply: object) -> list[tuple[Quantity, object]]:
    quantities = instance.quantities
    if len(quantities) == 1 or reply is None:
        return [(quantity, reply) for quantity in quantities]
    parts = parse.split(reply, len(quantities)) if isinstance(reply, str) else reply
    if not isinstance(parts, list | tuple) or len(parts) != len(quantities):
        count = len(quantities)
        raise parse.ReplyError(f"{count} values are asked, separated by ;", f"这里要填 {count} 个数，用分号隔开")
    return list(zip(quantities, parts, strict=True))


# ── one quantity ─────────────────────────────────────────────────────────────────────────────────────────────────


def mark_quantity(instance: Instance, quantity: Quantity, reply: object, language: Language) -> Mark:
    """Right, right in another convention, wrong by a known mistake, rounded too far, or wrong for an unknown reason."""
    if reply is None:
        return Mark("wrong", False)
    reading = _reading(instance, quantity, reply)
    return (
        _right(quantity, reading, language)
        or _mistaken(instance, quantity.matches(_plain(quantity, reading.value)), reading, language)
        or _rounded(instance, quantity, reading, language)
        or _diagnosed(instance, quantity, reading, language)
        or _unknown(instance, quantity, reading, language)
    )


def _reading(instance: Instance, quantity: Quantity, reply: object) -> Reading:
    """What was typed; `6x6` is a square where pixels are asked, and 36 where anything else is counted."""
    if quantity.unit == "px" and quantity.kind == "count":
        try:
            square = parse.read(reply, "size", quantity.unit, instance.numbers)
        except parse.ReplyError:
            square = None
        if square is not None and isinstance(square.value, tuple) and (side := _side(square.value)) is not None:
            return Reading((Meaning(side),))
    return parse.read(reply, quantity.kind, quantity.unit, instance.numbers)


def _right(quantity: Quantity, reading: Reading, language: Language) -> Mark | None:
    for meaning in reading.meanings:
        value = _plain(quantity, meaning.value)
        if not quantity.is_right(value):
            continue
        if not meaning.note:
            return Mark("right", True)
        return Mark(_outcome_of(meaning), True, notes=(_NOTES[meaning.note][language],))
    return _other_count(quantity, reading, language)


def _outcome_of(meaning: Meaning) -> Outcome:
    """Another order of axes or a prefix of the other base is a convention; a fraction for a percentage is not."""
    return "other-convention" if meaning.note in ("binary", "decimal", "channels-last") else "right"


def _other_count(quantity: Quantity, reading: Reading, language: Language) -> Mark | None:
    """MACs given for FLOPs or the other way round, where the reply says so: the prompt names the one that is asked."""
    pair = {"macs": ("flop", 2, 1), "flops": ("mac", 1, 2)}.get(quantity.name)
    if pair is None or isinstance(reading.value, tuple) or reading.unit != pair[0]:
        return None
    typed, up, down = pair
    matches = any(
        quantity.is_right(meaning.value * down / up)
        for meaning in reading.meanings
        if not isinstance(meaning.value, tuple)
    )
    if matches:
        return Mark("other-convention", True, notes=(_NOTES[typed][language],))
    return None


def _plain(quantity: Quantity, value: Any) -> Any:
    """`55x55` is 55 where the side of a square map is asked; so is `96x55x55`."""
    if not isinstance(value, tuple):
        return (value,) if isinstance(quantity.value, tuple) and len(quantity.value) == 1 else value
    if quantity.kind != "size" or isinstance(quantity.value, tuple):
        return value
    side = _side(value)
    return value if side is None else side


def _side(axes: tuple[Number, ...]) -> Number | None:
    """The side of a square map, whose channels may stand before or behind it; None for anything else."""
    pairs = (axes[-2:], axes[:2]) if len(axes) > 2 else (axes,)
    return next((pair[0] for pair in pairs if len(set(pair)) == 1), None)


def _mistaken(instance: Instance, found: tuple[WrongValue, ...], reading: Reading, language: Language) -> Mark | None:
    if not found:
        return None
    return Mark("wrong", False, mistake_of(instance, found, reading.value, language), ())


def mistake_of(instance: Instance, found: tuple[WrongValue, ...], value: object, language: Language) -> MistakeText:
    """What the verdict says of a mistake; several that give the same value are all named."""
    joint = {"en": (" or ", "; "), "zh": ("，或者", "；")}[language]
    what = joint[0].join(dict.fromkeys(one.what.language(language) for one in found if one.what))
    cure = joint[1].join(dict.fromkeys(instance.fill(one.cure.language(language)) for one in found))
    return _message("|".join(dict.fromkeys(one.name for one in found)), what, cure, value, language)


def _message(name: str, what: str, cure: str, value: object, language: Language) -> MistakeText:
    shown = spoken_number(format_value(value), exact=False)
    if language == "en":
        head = f"{shown} is what you get when {what}" if what else shown
        text = f"{head}: {cure}" if cure else head
    else:
        head = f"{what}，就会得到 {shown}" if what else shown
        text = f"{head}：{cure}" if cure else head
    return {"name": name, "what": what, "cure": cure, "text": text}


def _rounded(instance: Instance, quantity: Quantity, reading: Reading, language: Language) -> Mark | None:
    """Right, but rounded further than was asked; or a known mistake's value, rounded."""
    step: Any = reading.resolution
    if step is None or isinstance(quantity.value, tuple) or isinstance(reading.value, tuple):
        return None
    value: Any = reading.value
    if _rounds_to(value, quantity.value, step):
        enough = abs(value) >= 10 * step
        note = _NOTES["rounded" if enough else "too coarse"][language]
        return Mark("rounded", True if enough else None, notes=(note,))
    if abs(value) < 10 * step:
        return None
    near = tuple(one for one in quantity.wrongs if _rounds_to(value, one.value, step))
    return _mistaken(instance, near, reading, language)


def _rounds_to(value: Any, exact: Any, step: Any) -> bool:
    """Rounded either way, or cut off, at this step."""
    if isinstance(exact, tuple):
        return False
    distance = abs(float(exact) - float(value))
    return bool(distance <= float(step) / 2 * (1 + 1e-9) or (distance < float(step) and abs(exact) > abs(value)))


def _diagnosed(instance: Instance, quantity: Quantity, reading: Reading, language: Language) -> Mark | None:
    """Another unit, or two mistakes of the catalogue at once; of a shape, its first axis that differs."""
    value = _plain(quantity, reading.value)
    if isinstance(value, tuple) or isinstance(quantity.value, tuple):
        return _axis(instance, quantity, value, language)
    if not quantity.mistake_cases:
        mistake = catalogue.unit_mistake(quantity.value, value) if quantity.kind == "bytes" else None
        found = Diagnosis("unit", unit=mistake) if mistake else catalogue.UNKNOWN
    else:
        found = catalogue.explain(quantity.mistake_cases, quantity.value, value, quantity.name)
    return _of_diagnosis(found, value, language)


def _of_diagnosis(found: Diagnosis, value: object, language: Language) -> Mark | None:
    if found.kind == "unknown":
        return None
    name = {"mistake": "|", "pair": "+", "unit": ""}[found.kind].join(found.ids)
    return Mark("wrong", False, _message(name, found.name(language), found.cure(language), value, language))


def _axis(instance: Instance, quantity: Quantity, value: object, language: Language) -> Mark | None:
    right = quantity.value
    if not isinstance(value, tuple) or not isinstance(right, tuple) or len(value) != len(right):
        return None
    place = next((place for place, (one, two) in enumerate(zip(value, right, strict=True)) if one != two), None)
    if place is None or not quantity.name.startswith("output"):
        return None
    axis = place if quantity.name == "output_shape" else place - len(right)
    found = catalogue.explain(
        instance.computed.mistake_cases(f"output_shape[{axis}]"), right[place], value[place], quantity.name
    )
    return _of_diagnosis(found, value[place], language)


def _unknown(instance: Instance, quantity: Quantity, reading: Reading, language: Language) -> Mark:
    """Wrong for an unknown reason; where arithmetic was typed, the first term that differs."""
    formula = instance.computed.formula(quantity.name)
    if reading.expression is None or formula is None:
        return Mark("wrong", False)
    difference = first_difference(reading.expression, instance.numbers, *formula)
    return Mark("wrong", False, notes=(difference.text(language),) if difference else ())


_NOTES: dict[str, dict[Language, str]] = {
    "binary": {
        "en": "right with k, M, G as powers of 1024; written alone they are powers of 1000",
        "zh": "按 1024 的幂理解 k、M、G 是对的；单写时它们表示 1000 的幂",
    },
    "decimal": {
        "en": "right with powers of 1000; Ki, Mi, Gi are powers of 1024",
        "zh": "按 1000 的幂理解是对的；Ki、Mi、Gi 表示 1024 的幂",
    },
    "channels-last": {
        "en": "right with the channels last; the order here is channels, height, width",
        "zh": "按通道在后的顺序是对的；这里的顺序是通道、高、宽",
    },
    "batch": {"en": "read without the batch axis", "zh": "已忽略批维度"},
    "fraction": {"en": "read as a fraction; in percent it is 100 times that", "zh": "已按小数理解，百分数要乘 100"},
    "base-unit": {"en": "read in the base unit", "zh": "已按基本单位理解"},
    "flop": {
        "en": "right as FLOPs; one MAC is two FLOPs, and MACs are asked",
        "zh": "按 FLOPs 是对的；一次 MAC 等于两次 FLOP，这里问的是 MACs",
    },
    "mac": {
        "en": "right as MACs; one MAC is two FLOPs, and FLOPs are asked",
        "zh": "按 MACs 是对的；一次 MAC 等于两次 FLOP，这里问的是 FLOPs",
    },
    "rounded": {"en": "right, but rounded further than asked", "zh": "对，但取整过多"},
    "too coarse": {
        "en": "too few digits to tell whether you have it: give at least two",
        "zh": "位数太少，看不出是否算对了：至少保留两位有效数字",
    },
}  # fmt: skip
