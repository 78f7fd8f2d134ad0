"""The conversation in docs/study-json.md is what the program says, line by line."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest
from studying import command, environment, next_line

from dlquiz.cards import KINDS, RATING_NAMES
from dlquiz.grading.check import Outcome
from dlquiz.grading.open_answer.points import PointState
from dlquiz.interview.report import Pace, Points, Question, Readiness, Report, Score
from dlquiz.kinds.content import QuestionContent
from dlquiz.numeric import AskedQuantity, NumericQuestion
from dlquiz.review_log.rows import RowKind
from dlquiz.session import events
from dlquiz.session.actions import COMMANDS
from dlquiz.session.frequent_mistakes import ReportedMistake

PAGE = Path(__file__).parents[1] / "docs" / "study-json.md"
START = {"DLQUIZ_NOW": "2026-03-02T09:00+00:00"}
INPUTS: list[Any] = [
    {"reply": "about a third", "seconds": 8},
    {"command": "hint"},
    {"reply": "{no_padding}", "seconds": 20},
    {"rating": "suggested"},
    {"reply": "it keeps the size", "seconds": 31},
    {"ticks": [1, 2]},
    {"rating": "good"},
    {"command": "undo"},
    {"reply": "", "seconds": 12},
    {"rating": "hard"},
    {"reply": "{right}", "seconds": 15},
    {"rating": "suggested"},
    {"command": "quit"},
]


def converse(home: Path, lines: list[str]) -> list[str]:
    """Lines in and out in their order, those in marked."""
    arguments = ("study", "--json", "example", "--bank", str(home / "example.yaml"), "--seed", "7", "--lang", "en")
    process = subprocess.Popen(command(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(home, **START))  # fmt: skip
    assert process.stdin
    assert process.stdout
    out: list[str] = []
    output: dict[str, Any] = {}
    for given in [None, *lines]:
        if given is not None:
            out.append("> " + filled(given, output))
            process.stdin.write(out[-1][2:].encode() + b"\n")
            process.stdin.flush()
        while line := next_line(process).decode().rstrip("\n"):
            out.append(line)
            event = json.loads(line)
            output |= event.get("values", {})
            if "expects" in event:
                break
    process.stdin.close()
    assert process.wait(timeout=30) == 0, process.stderr.read().decode() if process.stderr else ""
    process.stdout.close()
    if process.stderr:
        process.stderr.close()
    return out


def filled(line: str, output: dict[str, Any]) -> str:
    """The reply worked out from the values of the question, where the page was rewritten."""
    if "{" not in line[1:]:
        return line
    n, k, s, p = (output.get(name, 1) for name in "nksp")
    return line.replace("{right}", str((n + 2 * p - k) // s + 1)).replace("{no_padding}", str((n - k) // s + 1))


def masked(line: str) -> str:
    return re.sub(r'"id": "[0-9A-Z]{26}"', '"id": "…"', line)


def test_the_conversation_in_the_page(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text(encoding="utf-8")
    bank = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    talk = re.search(r"```\n((?:.*\n)*?)```\n\nIds are", page)
    assert bank
    assert talk
    (tmp_path / "example.yaml").write_text(bank[1], encoding="utf-8")
    if request.config.getoption("--update-golden"):
        spoken = converse(tmp_path, [json.dumps(line) for line in INPUTS])
        page = page[: talk.start(1)] + "\n".join(spoken) + "\n" + page[talk.end(1) :]
        PAGE.write_text(page, encoding="utf-8")
        return
    written = talk[1].splitlines()
    spoken = converse(tmp_path, [line[2:] for line in written if line.startswith("> ")])
    assert [masked(line) for line in spoken] == [masked(line) for line in written]
    events = [json.loads(line)["event"] for line in written if not line.startswith("> ")]
    assert {"session", "question", "hint", "verdict", "recorded", "undone", "error", "summary"} <= set(events)


# ── the tables against the values of the program ─────────────────────────────────────────────────────────────────

EVENTS: dict[events.EventName, tuple[type, ...]] = {
    "session": (events.SessionEvent,),
    "question": (events.QuestionEvent,),
    "hint": (events.HintEvent,),
    "verdict": (events.VerdictEvent,),
    "recorded": (events.RecordedEvent,),
    "done": (events.DoneEvent,),
    "undone": (events.UndoneEvent,),
    "summary": (events.SummaryEvent,),
    "error": (events.ErrorEvent,),
}
IN_DRILL: dict[events.EventName, type] = {"session": events.DrillEvent, "summary": events.DrillSummaryEvent}
# What docs/interview.md says.
IN_INTERVIEW: dict[events.EventName, type] = {
    "session": events.InterviewEvent,
    "question": events.AnsweredQuestionEvent,
    "noted": events.NotedEvent,
    "review": events.ReviewEvent,
    "report": events.ReportEvent,
    "summary": events.InterviewSummaryEvent,
}
# Names that only annotations use, imported when they are needed.
ANNOTATIONS = {
    "AskedQuantity": AskedQuantity,
    "NumericQuestion": NumericQuestion,
    "QuestionContent": QuestionContent,
    "ReportedMistake": ReportedMistake,
    "Outcome": Outcome,
    "RowKind": RowKind,
    "PointState": PointState,
    "Report": Report,
}
# Keys of mappings, and the one key that is not a field's name.
MISTAKE, STEP = {"name", "what", "cure", "text"}, {"quantity", "formula", "numbers", "value", "working"}
REPORTED = {"name", "what", "count", "of"}


def hints_of(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, localns=ANNOTATIONS)


def keys_of(kind: type) -> set[str]:
    """The keys that the JSON of an event may have, besides `expects`."""
    keys: set[str] = set()
    for name, annotation in hints_of(kind).items():
        if name in events.INLINE:
            keys.update(*(hints_of(content) for content in get_args(annotation) if content is not type(None)))
        else:
            keys.add(events.RENAMED.get(name, name))
    return keys - {"expects", *events.KNOWN}


def inner_keys(kind: type) -> set[str]:
    """The keys of the objects inside an event."""
    fields = hints_of(kind)
    keys: set[str] = set()
    if "mistake" in fields:
        keys |= MISTAKE | STEP
    if "mistakes" in fields:
        keys |= REPORTED
    if "points" in fields:
        keys |= set(hints_of(events.VerdictPoint))
    if "content" in fields:
        keys |= set(hints_of(AskedQuantity))
    if "plan" in fields:
        keys |= set(hints_of(events.PlanFacts))
    if "readiness" in fields:
        keys |= set(hints_of(events.ReadinessChange))
    return keys


def table(heading: str) -> dict[str, str]:
    """The rows below a heading of the page: the words in the first cell → the rest."""
    page = PAGE.read_text(encoding="utf-8")
    section = page[page.index(f"## {heading}") :].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `?([^|]*?)`? \| (.*) \|$", section, re.MULTILINE)
    return {first: rest for first, rest in rows if first.strip("-")}


def test_every_event_is_in_the_tables_of_this_test() -> None:
    union: UnionType = events.ConversationEvent
    assert set(get_args(union)) == {kind for kinds in EVENTS.values() for kind in kinds} | {
        *IN_DRILL.values(), *IN_INTERVIEW.values()
    }  # fmt: skip
    assert set(get_args(events.EventName)) == {*EVENTS, *IN_INTERVIEW}


@pytest.mark.parametrize("name", EVENTS)
def test_every_field_of_an_event_is_documented_and_every_documented_one_exists(name: events.EventName) -> None:
    row = table("Lines out")[name]
    words = set(re.findall(r"`([a-z_]+)`", row))
    keys = set().union(*(keys_of(kind) for kind in EVENTS[name]))
    assert keys <= words
    values = {*KINDS, *get_args(Outcome), *get_args(RowKind), *get_args(PointState), "version"}
    assert words <= keys | set().union(*(inner_keys(kind) for kind in EVENTS[name])) | values


@pytest.mark.parametrize("name", IN_DRILL)
def test_what_differs_in_a_drill_is_documented(name: events.EventName) -> None:
    drill = PAGE.with_name("drill.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", drill + table("Lines out")[name]))
    assert keys_of(IN_DRILL[name]) <= documented
    event = events.DrillEvent("en", 3).to_json()
    assert event["drill"] is True
    assert '`"drill": true`' in drill


@pytest.mark.parametrize("name", IN_INTERVIEW)
def test_what_differs_in_an_interview_is_documented(name: events.EventName) -> None:
    page = PAGE.with_name("interview.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", page))
    assert name in documented
    kind = IN_INTERVIEW[name]
    keys = set(hints_of(Report)) if kind is events.ReportEvent else keys_of(kind) - {"question"}
    assert keys <= documented
    for part in (Question, Points, Score, Pace, Readiness) if kind is events.ReportEvent else ():
        assert set(hints_of(part)) - {"name"} <= documented


def test_what_may_come_in_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page[page.index("## Lines in") : page.index("## Lines out")]
    assert set(re.findall(r'\{"(\w+)":', section)) == {"reply", "ticks", "rating", "command"}
    commands = re.findall(r'"command": "(\w+)"', section)
    commands += re.findall(r'`"(\w+)"`', section)
    assert set(commands) == set(COMMANDS)
    assert all(f"`{rating}`" in section or f'"{rating}"' in section for rating in (*RATING_NAMES, "suggested"))


def test_the_states_expect_what_the_page_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    states = page[page.index("| state |") : page.index("A rating is always required")]
    for expects in (events.QUESTION, events.VERDICT, events.END):
        assert f"`{json.dumps(list(expects))}`" in states
    assert set(events.VERDICT_WITH_POINTS) - set(events.VERDICT) == {"ticks"}
