"""What a calculator's command prints: the quantities, the working, growth with length, and the verdict of --check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import typer

from dlquiz.calc.calculation import Calculation
from dlquiz.calc.letters import legend
from dlquiz.calc.mistakes.catalogue import Diagnosis, Mistake, applicable, equal, unit_mistake
from dlquiz.calc.result import Step
from dlquiz.calc.translations import CHINESE as PHRASES
from dlquiz.cards import Language, QuantityKind
from dlquiz.cli.calc.reading import MAX_TEXT, UnreadNumberError, refuse
from dlquiz.cli.calc.render.check import LABELS, CheckFinding, broken, finding_dict
from dlquiz.cli.calc.render.emphasis import BOLD, Emphasised, bold, emit
from dlquiz.cli.calc.render.layer import working_line
from dlquiz.cli.calc.render.layout import at_equals, wrapped
from dlquiz.formatting import COLON, COMMA, binary_bytes, in_brackets, with_unit
from dlquiz.grading.reply import parse
from dlquiz.markup.width import cell_width
from dlquiz.messages.calc_screens import head, say
from dlquiz.messages.calculators import chinese, english
from dlquiz.messages.quantities import unit_label

# Shown for comparison or as parts of the answer: a number that is one of them is a mistake, unless it is asked for.
ASIDE = (
    "with_multi_head_attention", "full", "per_layer", "to_ideal", "ordinary", "separable", "forward",
    "with_recomputation", "stage_0", "weights", "gradients", "master", "momentum", "variance", "flops_per_second",
    "weight_bytes", "dcg", "ideal", "sum", "unclipped", "clipped", "chosen_reward", "rejected_reward", "mean",
    "deviation", "mass", "irreducible", "parameter_term", "token_term", "tokens_before", "standard_error",
    "all_pass", "pixel_accuracy", "segmentation_quality", "recognition_quality", "image_loss", "text_loss",
    "children", "hop", "log_sum_exp", "linear", "mean_of_means", "two_thirds", "adam",
)  # fmt: skip


def label(path: str, calculator: str, language: Language) -> str:
    """What a quantity or an argument of a calculator, or the calculator itself, is called."""
    quantity, dot, unit = path.partition(".")
    found = chinese(quantity, calculator) if language == "zh" else None
    if found is None and (numbered := re.fullmatch(r"(\w+)_(\d+)", quantity)):
        found = f"{label(numbered[1], calculator, language)} {numbered[2]}"
    return (found or english(quantity)) + (in_brackets(unit, language) if dot else "")


def plain(value: object) -> Any:
    return float(value) if isinstance(value, Fraction) and value.denominator > 1 else value


def number(value: Any) -> str:
    """A number to read: integers whole, the rest with four digits that matter; rows of numbers with ; between them.

    >>> number(131072), number(Fraction(100, 7)), number(4.0358e-05), number(84 * 10**21), number(((1, 2), (3, 4)))
    ('131,072', '14.29', '4.036e-05', '8.4e22', '1, 2; 3, 4')
    """
    if isinstance(value, tuple):
        return ("; " if any(isinstance(one, tuple) for one in value) else ", ").join(map(number, value))
    if isinstance(value, str):
        return value
    if value == int(value) and abs(value) < 10**15:
        return f"{int(value):,}"
    if isinstance(value, int) and len(str(value).rstrip("0")) > 12:
        return f"{value:,}"
    if 1000 <= abs(value) < 10**15:
        return f"{float(value):,.0f}"
    return f"{float(value):.4g}".replace("e+", "e")


def amount(value: Any, unit: str, language: Language = "en") -> str:
    """A number with its unit; bytes in both conventions, also where they are missing.

    >>> amount(-(2**30), "B")
    '-1,073,741,824 B = -1 GiB = -1.07 GB'
    >>> amount(2**30, "B"), amount(Fraction(359, 20), "%"), amount(3_334_644_015_513_600, "FLOP")
    ('1,073,741,824 B = 1 GiB = 1.07 GB', '17.95 %', '3,334,644,015,513,600 FLOP = 3.335e15')
    """
    if isinstance(value, str):
        return value
    if unit == "B" and value <= -1000:
        return " = ".join(f"-{way}" for way in amount(-value, unit).split(" = "))
    if unit != "B" or value < 1000:
        text = with_unit(number(value), unit_label(unit, language), language)
        return f"{text} = {float(value):.4g}".replace("e+", "e") if "," in text and value >= 10**9 else text
    power = min(len(str(int(value))) - 1, 17) // 3
    ways = [f"{number(value)} B"]
    if value >= 1024:
        ways.append(binary_bytes(int(value)))
    ways.append(f"{float(value) / 1000**power:.3g} {'kMGTP'[power - 1]}B")
    return " = ".join(ways)


def lines(result: Calculation, width: int, language: Language) -> Iterator[str]:
    """The whole answer, wrapped to a width of at least 20."""
    width = max(width, 20)
    names = {name: label(name, result.name, language) for name in (result.name, *result.given, *result.values)}
    comma, colon = COMMA[language], COLON[language]
    given = comma.join(f"{names[name]}\N{NO-BREAK SPACE}{number(value)}" for name, value in result.given.items())
    yield from bold(wrapped(f"{names[result.name]}{colon}{given}", width, "  "))
    yield ""
    column = 4 + max(cell_width(names[name]) for name in result.values)
    for name, value in result.values.items():
        lead = f"  {names[name]}"
        text = amount(value, result.units[name], language)
        on_one_line = lead + " " * max(column - cell_width(lead), 1) + text
        if width >= 60 or cell_width(on_one_line) <= width:
            yield from wrapped(on_one_line, width, " " * column)
        else:
            yield lead
            yield from wrapped(f"    {text}", width, "    ")
    yield ""
    yield Emphasised(say("working", language), BOLD)
    if letters := legend(result.name, (step.formula for step in result.steps)):
        meanings = (f"{letter} {label(name, result.name, language)}" for letter, name in letters.items())
        listed = comma.join(meaning.replace(" ", "\N{NO-BREAK SPACE}") for meaning in meanings)
        yield from wrapped(f"  {listed}", width, "  ")
    for step in result.steps:
        yield from at_equals(f"  {names[step.quantity]}{colon}{_worked(step, result.name, language)}", width)


def _worked(step: Step, calculator: str, language: Language) -> str:
    """A step as a line, the quantities in its formula under the names that they have above."""

    def named(found: re.Match[str]) -> str:
        known = chinese(found.group(), calculator)
        return found.group() if known is None else label(found.group(), calculator, language)

    if isinstance(step.value, str):
        return working_line(step)
    subject, sign, right = step.formula.rpartition(" = ")
    if language == "zh":
        subject = PHRASES.get(subject) or re.sub(r"^matrix (?=\d+$)", "矩阵 ", subject)
    formula = subject + sign + re.sub(r"\b[a-z][a-z_]{2,}\b(?!\()", named, right)
    value = step.value if isinstance(step.value, int) else number(step.value)
    numbers = re.sub(r"\b(\d+\.\d{6,}(e-?\d+)?|\d{10,}\.\d+)\b", lambda found: number(float(found[0])), step.numbers)
    return working_line(step._replace(formula=formula, numbers=numbers, value=value))


def by_length(arguments: Mapping[str, object], width: int, language: Language) -> Iterator[str]:
    """A layer's MACs at other lengths by part, and the share of the part that grows with the square."""
    from dlquiz.calc.calculators import calculator

    columns = ("tokens", "square share", "layer macs", "projections", "square products", "feed-forward")
    rows: list[tuple[str, ...]] = [tuple(head(name, language) for name in columns)]
    for power in range(9, 18):
        cost = calculator("attention_cost", **dict(arguments) | {"tokens": 2**power})
        parts = (f"{float(cost.ask(name)):.2e}" for name in ("layer_macs", "projections", "scores", "feed_forward"))
        rows.append((number(2**power), with_unit(f"{float(cost.ask('share')):.1f}", "%", language), *parts))
    yield ""
    for row in rows:
        shown = row[: 6 if width >= 78 else width // 13]
        yield "".join(" " * max(13 - cell_width(cell), 1) + cell for cell in shown)[2:]


def show(
    result: Calculation,
    chosen: Mapping[str, Any],
    width: int,
    language: Language,
    text_lines: Iterable[str],
    further_fields: Mapping[str, object],
) -> None:
    """Print what the options `ask`, `check` and `as_json` choose, else the lines; JSON has the further fields too."""
    ask = chosen["ask"]
    if chosen["check"] is not None:
        check(result, chosen["check"], ask, chosen["as_json"], width, language)
    elif chosen["as_json"]:
        import json

        fields = {ask: plain(result.ask(ask))} if ask else result.as_dict() | dict(further_fields)
        typer.echo(json.dumps(fields, ensure_ascii=False))
    elif ask:
        typer.echo(number(result.ask(ask)))
    else:
        emit(text_lines)


# ── --check ──────────────────────────────────────────────────────────────────────────────────────────────────────


def check(result: Calculation, typed: str, ask: str | None, as_json: bool, width: int, language: Language) -> None:
    """Print the verdict; a number that is wrong leaves with exit code 1."""
    shown = {path: value for path, value in result.values.items() if path not in ASIDE and not isinstance(value, str)}
    asked = {ask: result.ask(ask)} if ask else shown
    if any(isinstance(value, str) for value in asked.values()):
        refuse(f"{ask} is a text — --check takes a quantity that is a number")
    readings = {path: _readings(typed, result.unit(path)) for path in asked}
    shares = {path for path in asked if result.unit(path) == "%"}
    right = [
        path
        for path, value in asked.items()
        if any(_is(value, *one) for one in readings[path][: None if path in shares else 1])
    ]
    other = [path for path, value in asked.items() if not right and any(_is(value, *one) for one in readings[path][1:])]
    findings = [] if right or other else _findings(result, asked, readings)
    checked = CheckedNumber(typed, right, other, findings)
    if as_json:
        import json

        expected = {path: plain(value) for path, value in asked.items()}
        found = [finding_dict(one._replace(right=plain(one.right)), plain(one.right), language) for one in findings]
        fields = {"correct": bool(right), "right_for": right, "expected": expected, "found": found}
        typer.echo(json.dumps(fields, ensure_ascii=False))
    else:
        texts = _message(result, asked, checked, language)
        emit(line for text in texts for line in broken(text, max(width, 20)))
    if not right:
        raise typer.Exit(1)


def _readings(typed: str, unit: str) -> list[tuple[Any, Any]]:
    """What the number may mean in that unit, each with one unit of its last digit; the likeliest first.

    Without a sign a share may be meant in per cent or as it is.
    """
    try:
        kind: QuantityKind = "bytes" if unit == "B" else "count"
        reading = parse.read(typed, kind, unit if unit[-1:] == "B" and len(unit) > 1 else "")
    except parse.ReplyError as error:
        raise UnreadNumberError("--check", typed, error) from None
    if isinstance(reading.value, tuple):
        refuse(f"--check {typed[:MAX_TEXT]!r} is several numbers — write one")
    ways = (100,) if typed.strip().endswith("%") else (1, 100)
    return [
        (one.value * times, None if reading.resolution is None else reading.resolution * times)
        for times in (ways if unit == "%" else (1,))
        for one in reading.meanings
    ]


def _is(value: Any, typed: Any, resolution: Any) -> bool:
    """Exactly, or rounded to the digits typed where the number is not a small whole one."""
    if equal(value, typed):
        return True
    off = abs(value - typed)
    if resolution is None:
        # A number with decimals may be rounded to a whole one, if that is within a hundredth of it.
        return bool(not isinstance(value, int) and typed == int(typed) and off * 2 <= 1 and off * 100 <= abs(value))
    if isinstance(value, int) and abs(value) < 1000:
        return False
    return bool(off * 2 <= resolution and off * 10 <= abs(value))


def _findings(
    result: Calculation, asked: Mapping[str, object], readings: Mapping[str, list[tuple[Any, Any]]]
) -> list[CheckFinding]:
    """What explains the number: mistakes before units; exact ones before rounded ones."""
    kinds: tuple[list[CheckFinding], list[CheckFinding], list[CheckFinding]] = ([], [], [])
    for path, right in asked.items():
        typed, resolution = readings[path][0]
        exact: list[Mistake] = []
        near: list[Mistake] = []
        for mistake_case in result.mistake_cases(path):
            for mistake, value in applicable(mistake_case):
                if equal(value, typed):
                    exact.append(mistake)
                elif _is(value, typed, resolution):
                    near.append(mistake)
        if exact:
            kinds[0].append(CheckFinding(path, right, Diagnosis("mistake", tuple(exact))))
        elif near:
            kinds[1].append(CheckFinding(path, right, Diagnosis("mistake", tuple(near))))
        elif unit := unit_mistake(right, typed):
            kinds[2].append(CheckFinding(path, right, Diagnosis("unit", unit=unit)))
    return next((found for found in kinds if found), [])


class CheckedNumber(NamedTuple):
    """A number as typed, the quantities it is right for, in another reading too, and what explains it if for none."""

    typed: str
    right: list[str]
    other: list[str]
    findings: list[CheckFinding]


def _message(
    result: Calculation, asked: Mapping[str, object], checked: CheckedNumber, language: Language
) -> Iterable[str]:
    labels = LABELS[language]
    typed, right, other, findings = checked

    def named(paths: Iterable[str]) -> str:
        return COMMA[language].join(
            f"{label(path, result.name, language)} {amount(asked[path], result.unit(path), language)}" for path in paths
        )

    if right:
        yield labels["right"].format(typed=typed, names=named(right))
    elif other:
        yield say("other convention", language, typed=typed, names=named(other))
    elif not findings:
        yield labels["unknown"].format(typed=typed, names=named(asked))
    for finding in findings:
        right_text = amount(finding.right, result.unit(finding.path), language)
        name = label(finding.path, result.name, language)
        yield labels["wrong"].format(name=name, right=right_text, typed=typed)
        yield labels["because"].format(typed=typed, name=finding.diagnosis.name(language))
        if cure := finding.diagnosis.cure(language):
            yield f"  {cure}"
        for step in result.steps_for(finding.path)[-1:]:
            yield f"  {_worked(step, result.name, language)}"
