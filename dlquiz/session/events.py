"""The events of a conversation, and the lines of JSON that they are (docs/study-json.md).

They are named tuples, not dataclasses: they stand on the way to the first question, and twenty dataclasses cost more
there than choosing the cards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from dlquiz.cards import Kind, Language, Rating
from dlquiz.session.actions import CommandName, Expectation

if TYPE_CHECKING:
    from dlquiz.grading.check import Outcome
    from dlquiz.grading.open_answer.points import PointState
    from dlquiz.interview.report import Report
    from dlquiz.kinds.content import QuestionContent
    from dlquiz.numeric import AskedQuantity
    from dlquiz.review_log.rows import RowKind
    from dlquiz.session.frequent_mistakes import ReportedMistake

EventName = Literal[
    "session",
    "question",
    "hint",
    "verdict",
    "recorded",
    "done",
    "undone",
    "summary",
    "error",
    "noted",
    "review",
    "report",
]
Expects = tuple[Expectation, ...]
JsonObject = dict[str, object]

# What each state expects; the last event of every answer says it, and `OVER` ends the conversation.
QUESTION: Expects = ("reply", "command")
VERDICT: Expects = ("rating", "command")
VERDICT_WITH_POINTS: Expects = ("ticks", "rating", "command")
END: Expects = ("undo", "quit")
PAUSED: Expects = ("resume", "quit")
OVER: Expects = ()


# What a verdict has beside what all kinds have; its fields stand among the others in JSON.


class ChoiceSolution(NamedTuple):
    options: tuple[str, ...]
    reasons: tuple[str | None, ...]


class OrderSolution(NamedTuple):
    ordered: tuple[str, ...]


class ClozeSolution(NamedTuple):
    """The text with its holes filled, and the answers alone, as Markdown."""

    text: str
    answers: tuple[str, ...] = ()


class NumericSolution(NamedTuple):
    asked: tuple[AskedQuantity, ...]


class VerdictPoint(NamedTuple):
    """A point that the card looks for: whether a good answer needs it, what the typed answer made of it and by which
    words, and whether it counts as made."""

    text: str
    core: bool
    state: PointState
    ticked: bool
    by: str


# The events. One whose `expects` is None is followed by another one at once.


class PlanFacts(NamedTuple):
    """The plan that a session follows; `on_the_day` and its day `as_of` are null before one was made.

    `up_to_date`: nothing that moves it has happened since; `time` is that of the day at which it was made, where that
    was today.

    `placement`: the session asks over all topics to see what the person knows; so many of its questions were
    `answered` before.
    """

    days_left: int
    on_the_day: float | None
    as_of: str | None
    up_to_date: bool = False
    time: str | None = None
    placement: bool = False
    answered: int = 0


class ReadinessChange(NamedTuple):
    """The readiness on the day of the interview, promised before a session and after it."""

    before: float | None
    after: float


class SessionEvent(NamedTuple):
    """The first event of a study session: how many cards will be asked, and what waits today.

    `ahead`: cards that are not due yet are asked too. `weakest`: only cards that were answered before are asked.
    `new_used_up`: nothing is asked because the new cards of the day are used up, though there are more of them. Where
    nothing is asked, so many `drafts` are among what was asked for. `narrowed`: that was not all cards.
    """

    language: Language
    cards: int
    cram: bool
    due: int
    new: int
    minutes_left: float | None
    next_due: str | None
    plan: PlanFacts | None = None
    ahead: bool = False
    weakest: bool = False
    new_used_up: bool = False
    drafts: int = 0
    narrowed: bool = False

    @property
    def expects(self) -> None:
        return None

    def to_json(self) -> JsonObject:
        return {"event": "session", "version": 1, **_fields(self)}


class DrillEvent(NamedTuple):
    """The first event of a drill; its cards are families of computed questions."""

    language: Language
    cards: int

    @property
    def expects(self) -> None:
        return None

    def to_json(self) -> JsonObject:
        return {"event": "session", "version": 1, **_fields(self), "cram": False, "drill": True}


class InterviewEvent(NamedTuple):
    """The first event of a mock interview; `interview` is its id, `resumed` that it was begun earlier."""

    language: Language
    interview: str
    minutes: float
    track: str
    seed: int
    resumed: bool
    minutes_left: float

    @property
    def expects(self) -> None:
        return None

    def to_json(self) -> JsonObject:
        return {"event": "session", "version": 1, **_fields(self)}


class InterviewTurn(NamedTuple):
    """Seconds for the answer, minutes left of the interview, and the card that the question goes deeper into."""

    limit: float
    minutes_left: float
    follow_up_of: str | None


class QuestionEvent(NamedTuple):
    """A question; `content` is what its kind adds, `turn` what an interview does; `remaining` None: there is no end.

    `languages` are those in which the card is written; `language`, that of the session, may be none of them.
    """

    card: str
    deck: str
    kind: Kind
    language: Language
    level: int
    text: str
    content: QuestionContent
    hints: int
    position: int
    remaining: int | None
    repeat: bool
    languages: tuple[Language, ...]
    turn: InterviewTurn | None = None

    @property
    def expects(self) -> Expects:
        return QUESTION

    def to_json(self) -> JsonObject:
        return _line("question", self)


class AnsweredQuestionEvent(NamedTuple):
    """A question of an interview in its review, with the reply that was given; its verdict follows."""

    question: QuestionEvent
    reply: object
    seconds: float
    skipped: bool

    @property
    def expects(self) -> None:
        return None

    def to_json(self) -> JsonObject:
        line = {name: value for name, value in self.question.to_json().items() if name != "expects"}
        return {**line, "reply": _json(self.reply), "seconds": round(self.seconds, 1), "skipped": self.skipped}


class HintEvent(NamedTuple):
    text: str
    left: int

    @property
    def expects(self) -> Expects:
        return QUESTION

    def to_json(self) -> JsonObject:
        return _line("hint", self)


class VerdictEvent(NamedTuple):
    """What a reply is worth, and the solution; `previews` are the days until the card comes back, by rating."""

    card: str
    kind: Kind
    language: Language
    correct: bool | None
    verdict: Outcome
    expected: int | str | Sequence[int | str] | None
    parts: tuple[bool, ...]
    notes: tuple[str, ...]
    mistake: Mapping[str, str] | None
    steps: tuple[Mapping[str, str], ...]
    solution: ChoiceSolution | OrderSolution | ClozeSolution | NumericSolution | None
    answer: str | None
    figure: Mapping[str, object] | None
    points: tuple[VerdictPoint, ...]
    pitfall: str | None
    references: tuple[str, ...]
    seconds: float
    suggested: Rating
    previews: Mapping[Rating, int] | None
    expects: Expects | None
    given: object = None
    question_text: str = ""

    def to_json(self) -> JsonObject:
        return _line("verdict", self)


class RecordedEvent(NamedTuple):
    """An answer that is in the log; `due` is a date."""

    id: str
    card: str
    kind: RowKind
    rating: Rating
    interval: int | None
    due: str | None
    leech: bool

    @property
    def expects(self) -> None:
        return None

    def to_json(self) -> JsonObject:
        return _line("recorded", self)


class DoneEvent(NamedTuple):
    """A command that was carried out; `id` is its row in the log, None where it wrote none."""

    command: CommandName | Literal["unflag"]
    card: str
    id: str | None
    expects: Expects | None = None

    def to_json(self) -> JsonObject:
        return _line("done", self)


class UndoneEvent(NamedTuple):
    """The row that was cancelled; all None when there was nothing to undo."""

    id: str | None = None
    kind: str | None = None
    card: str | None = None
    expects: Expects | None = None

    def to_json(self) -> JsonObject:
        return _line("undone", self)


class SummaryEvent(NamedTuple):
    """The end of a study session; `mistakes` are those that keep coming back, `missed` the cards not right in it."""

    answered: int
    correct: int
    minutes: float
    tomorrow: int
    next_due: str | None
    mistakes: tuple[ReportedMistake, ...]
    expects: Expects
    readiness: ReadinessChange | None = None
    missed: tuple[str, ...] = ()

    def to_json(self) -> JsonObject:
        return _line("summary", self)


class DrillSummaryEvent(NamedTuple):
    """The end of a drill: median seconds of right answers now and before, and the mistakes made."""

    answered: int
    correct: int
    minutes: float
    seconds: float | None
    before: float | None
    mistakes: tuple[ReportedMistake, ...]
    expects: Expects

    def to_json(self) -> JsonObject:
        return _line("summary", self)


class NotedEvent(NamedTuple):
    """An answer of an interview that is in the log; nothing is said of it before the review."""

    position: int
    seconds: float
    minutes_left: float

    @property
    def expects(self) -> None:
        return None

    def to_json(self) -> JsonObject:
        return _line("noted", self)


class ReviewEvent(NamedTuple):
    """The questions are over: so many answers are gone through now."""

    questions: int

    @property
    def expects(self) -> None:
        return None

    def to_json(self) -> JsonObject:
        return _line("review", self)


class ReportEvent(NamedTuple):
    """The end of an interview."""

    report: Report
    expects: Expects

    def to_json(self) -> JsonObject:
        return {"event": "report", **self.report.to_json(), "expects": list(self.expects)}


class InterviewSummaryEvent(NamedTuple):
    """An interview was left: how many answers are kept, and how many of them were gone through."""

    interview: str
    answered: int
    rated: int
    minutes: float
    expects: Expects

    def to_json(self) -> JsonObject:
        return _line("summary", self)


class ErrorEvent(NamedTuple):
    """What went wrong; without `expects` another event follows, as after a card that cannot be drawn."""

    message: str
    expects: Expects | None = None

    def to_json(self) -> JsonObject:
        return _line("error", self)


ConversationEvent = (
    SessionEvent
    | DrillEvent
    | InterviewEvent
    | QuestionEvent
    | AnsweredQuestionEvent
    | HintEvent
    | VerdictEvent
    | RecordedEvent
    | DoneEvent
    | UndoneEvent
    | SummaryEvent
    | DrillSummaryEvent
    | NotedEvent
    | ReviewEvent
    | ReportEvent
    | InterviewSummaryEvent
    | ErrorEvent
)


# JSON


class _Fields(Protocol):
    def _asdict(self) -> dict[str, object]: ...


class _Event(_Fields, Protocol):
    @property
    def expects(self) -> Expects | None: ...


# Their fields stand among those of the event.
INLINE = ("content", "solution", "turn")
# What a client has already: it sent the reply, read the question and gave the decks.
KNOWN = ("given", "question_text", "answers", "narrowed")
# Of these nothing is said where there are none.
OPTIONAL = ("content", "solution", "figure", "expects", "plan", "readiness", "turn")
# The keys that JSON has always had.
RENAMED = {"mistakes": "slips"}


def _line(name: EventName, event: _Event) -> JsonObject:
    line = {"event": name, **_fields(event)}
    return line if event.expects is None else {**line, "expects": list(event.expects)}


def _fields(value: _Fields) -> JsonObject:
    out: JsonObject = {}
    for name, field in value._asdict().items():
        if name in KNOWN:
            continue
        found = _json(field)
        if name in INLINE and isinstance(found, dict):
            out |= found
        elif field is not None or name not in OPTIONAL:
            out[RENAMED.get(name, name)] = found
    return out


def _json(value: object) -> object:
    """A field in the form in which JSON has it."""
    if isinstance(value, Rating):
        return value.label
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _fields(value)
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    if isinstance(value, Mapping):
        return {_json(key): _json(one) for key, one in value.items()}
    return value
