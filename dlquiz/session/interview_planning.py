"""Which interview is conducted: a new one as the person asked for it, or one that was left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

from dlquiz.cards import Kind, Language
from dlquiz.errors import DlquizError
from dlquiz.interview.candidates import InterviewCard
from dlquiz.interview.course import InterviewCourse
from dlquiz.interview.limits import limit
from dlquiz.interview.plan import plan_questions
from dlquiz.interview.record import Beginning, Record, new_id, read_records
from dlquiz.readiness.logged import BankCard, weight_of
from dlquiz.review_log import Selection

if TYPE_CHECKING:
    from dlquiz.interview.report import Readiness
    from dlquiz.session.context import SessionContext
    from dlquiz.tracks import Track

# What was answered on the last days is not asked: it would be no test.
RESTING_DAYS = 3
# What counts less for a position is no topic of its interviews; a plan still has it.
LEAST_FACTOR = 0.5


class InterviewRequest(NamedTuple):
    """What the person asked for; `seed` None takes any."""

    minutes: float
    language: Language
    track: str
    selection: Selection
    seed: int | None = None


class InterviewOptions(NamedTuple):
    """An interview to conduct: what the log has of it, and its course; `language` is that of the session.

    `readiness` gives what the plan says when all is rated.
    """

    record: Record
    course: InterviewCourse
    language: Language
    resumed: bool = False
    readiness: Callable[[], Readiness | None] | None = None


def plan_interview(context: SessionContext, request: InterviewRequest) -> InterviewOptions:
    """A new interview; raises DlquizError when there is nothing to ask."""
    pool = _pool(context, request.selection, request.track)
    levels = request.selection.levels
    wanted = [card for card in pool.values() if not levels or card.level in levels]
    if not wanted:
        raise _nothing(context, request.selection)
    at = context.clock()
    seed = int(context.random.random() * 2**31) if request.seed is None else request.seed
    scope = {name: getattr(request.selection, name) for name in ("decks", "tags", "kinds")}
    beginning = Beginning(
        id=new_id(at, f"{seed}"),
        minutes=request.minutes,
        track=request.track,
        seed=seed,
        language=request.language,
        questions=plan_questions(wanted, request.minutes, seed),
        scope=scope,
    )
    return InterviewOptions(Record(beginning, at), InterviewCourse(beginning.questions, pool, seed), request.language)


def resume_interview(context: SessionContext, record: Record, language: Language) -> InterviewOptions:
    """The interview where it was left; what the bank has no more is not asked."""
    scope = record.beginning.scope
    selection = Selection(scope.get("decks", ()), scope.get("tags", ()), kinds=scope.get("kinds", ()))
    pool = _pool(context, selection, record.beginning.track)
    return InterviewOptions(
        record, InterviewCourse(record.beginning.questions, pool, record.beginning.seed), language, resumed=True
    )


def _pool(context: SessionContext, selection: Selection, track: str) -> dict[str, InterviewCard]:
    """The cards that may be asked, with what counts for this position; the levels narrow only the planned ones.

    What counts little for the position is left out, unless the person chose decks or tags, or nothing else is there.
    """
    today = context.clock().day
    anything = selection._replace(levels=())
    found = context.history.interview_inputs(context.bank.cards_path, anything, today - RESTING_DAYS + 1)
    resting = found.resting | _said_lately(context, today - RESTING_DAYS + 1)
    position = next((one for one in context.bank.tracks() if one.name == track), None)
    cards = [card for card in found.cards if card.card not in resting]
    if position is not None and not (selection.decks or selection.tags):
        cards = [card for card in cards if _is_central(card, position)] or cards
    return {card.card: _candidate(card, found.then, position) for card in cards}


def _is_central(card: BankCard, position: Track) -> bool:
    return card.own or position.factor(card.deck, card.tags) >= LEAST_FACTOR


def _said_lately(context: SessionContext, since: int) -> set[str]:
    """The cards that an interview asked since that day, rated or not."""
    records = read_records(context.history.interviews())
    return {answer.turn.card for record in records for answer in record.answers if answer.asked_at.day >= since}


def _candidate(card: BankCard, then: Mapping[str, tuple[str, ...]], track: Track | None) -> InterviewCard:
    kind = cast(Kind, card.kind)
    seconds = limit(kind, card.level, card.usual_seconds)
    return InterviewCard(
        card.card, card.deck, kind, card.level, weight_of(card, track), seconds, then.get(card.card, ())
    )


def _nothing(context: SessionContext, selection: Selection) -> DlquizError:
    """Why no question is left."""
    found = context.history.interview_inputs(context.bank.cards_path, selection, context.clock().day)
    if not found.cards:
        return DlquizError("no card fits these options", fix="leave one of them out; dlquiz bank list shows all cards")
    return DlquizError(
        f"every card in scope was asked in the last {RESTING_DAYS} days, so it would be no test",
        fix="choose more (other --deck, --tag, --kinds or --level), or wait; dlquiz study goes on",
    )
