"""What a person reads during study: each event of the conversation as a few lines of text. Decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from dlquiz.cards import Language, Rating
from dlquiz.formatting import spoken_number
from dlquiz.kinds.content import ChoiceQuestion, ClozeQuestion, OrderQuestion
from dlquiz.markup.width import cell_width
from dlquiz.render import markdown as prose
from dlquiz.render.i18n import Phrases
from dlquiz.render.markdown import hole
from dlquiz.render.plan_summary import percent
from dlquiz.session.events import (
    ChoiceSolution,
    ClozeSolution,
    HintEvent,
    NumericSolution,
    OrderSolution,
    QuestionEvent,
    RecordedEvent,
    SessionEvent,
    SummaryEvent,
    VerdictEvent,
    VerdictPoint,
)

if TYPE_CHECKING:
    from dlquiz.numeric import NumericQuestion
    from dlquiz.session.frequent_mistakes import ReportedMistake

MARGIN = 2
# Longer lines are hard to read, however wide the terminal is.
MAX_LENGTH_ = 92
# Below this a label stands above its text, not beside it.
NARROW = 50
RIGHT, WRONG, QUIET, STRONG = "green", "red", "dim", "bold"
# Marks, and what stands for them where only letters and digits are wanted.
MARKS = {"right": "✓", "wrong": "✗", "maybe": "?", "open": "·", "suggested": "›"}
PLAIN_MARKS = {"right": "x", "wrong": "-", "maybe": "?", "open": "-", "suggested": "*"}
# A power of ten as one types it: 2.9e9.
PLAIN_POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class StudyPage:
    """How text is laid out for one terminal: its width, the language of the prompts, formulas drawn or as source."""

    def __init__(
        self,
        say: Phrases,
        width: int,
        *,
        raw: bool = False,
        plain: bool = False,
        card_language: Language | None = None,
        pictures: bool = True,
    ) -> None:
        self.say = say
        self.raw = raw
        self.plain = plain
        self.pictures = pictures
        self.marks = PLAIN_MARKS if plain else MARKS
        # The language of the card that is shown; formulas said in words follow it.
        self.card_language = card_language or say.language
        self.margin = MARGIN if width >= 30 else 0
        self.width = max(12, min(width - self.margin - 1, MAX_LENGTH_))

    def question(self, event: QuestionEvent) -> list[Text]:
        match event.content:
            case ChoiceQuestion(options=parts) | OrderQuestion(steps=parts):
                below = self.numbered(parts)
            case None | ClozeQuestion():
                below = []
            case numeric:
                below = self._prose(numeric.convention, style=QUIET) if numeric.convention else []
        return _separated(
            self._packed(self._heading(event), QUIET),
            self._prose(event.text),
            below,
        )

    def _heading(self, event: QuestionEvent) -> list[str]:
        say = self.say
        place = say("place", position=event.position, left=event.remaining)
        if not event.remaining:
            place = say("place last", position=event.position)
        parts = [event.deck, say("level", level=event.level), *place.split(" · ")]
        if event.repeat:
            parts.append(say("repeat"))
        return parts

    def numbered(self, parts: Sequence[str], marks: Sequence[str] = (), styles: Sequence[str] = ()) -> list[Text]:
        """Numbered lines; a mark and a style for each, where there are any."""
        out: list[Text] = []
        wide = len(str(len(parts)))
        for index, part in enumerate(parts):
            mark = f"{marks[index]} " if marks else ""
            lead = f"{mark}{index + 1:>{wide}}  "
            style = styles[index] if styles else ""
            out += self._hanging(Text(lead, style or STRONG), part, style)
        return out

    def hint(self, event: HintEvent) -> list[Text]:
        left = self.say("hints left", left=event.left) if event.left else ""
        return self._prose(self.say("hint", text=event.text) + left, style=QUIET)

    def verdict(self, event: VerdictEvent) -> list[Text]:
        """The verdict and the solution; points are asked for after it."""
        return _separated(
            self._outcome(event),
            self._solution(event),
            self._prose(event.answer) if event.answer else [],
            self._figure(event.figure) if event.figure else [],
            self._labelled(self.say("pitfall"), event.pitfall) if event.pitfall else [],
        )

    def _figure(self, description: Mapping[str, object]) -> list[Text]:
        # Few cards have one, and none shows it before it is answered.
        from dlquiz.render import figure

        return figure.lines(description, self.width, plain=not self.pictures, language=self.card_language)

    def _outcome(self, event: VerdictEvent) -> list[Text]:
        say, name = self.say, str(event.verdict)
        if event.kind == "open" and event.correct is None:
            return []
        if name == "rounded" and event.correct is None:
            name = "rounded away"
        sign, style = "", STRONG
        if event.correct is not None:
            sign = self.marks["right" if event.correct else "wrong"] + " "
            style = RIGHT if event.correct else WRONG
        out = self._fitted(sign + say(name), style)
        if isinstance(event.solution, NumericSolution):
            out += self._expected(event, event.solution)
        for note in event.notes:
            out += self._prose(note, style=QUIET)
        if event.mistake:
            out += self._prose(event.mistake["text"])
        return out

    def _expected(self, event: VerdictEvent, solution: NumericSolution) -> list[Text]:
        """The right numbers; of several quantities each with whether it was right."""
        asked, expected = solution.asked, event.expected
        if len(asked) > 1 and isinstance(expected, list | tuple):
            out = []
            for one, value, right in zip(asked, expected, event.parts, strict=True):
                mark = self.marks["right" if right else "wrong"]
                sentence = f"{mark} {one.label}  {self._number(value, one.unit)}"
                out += self._fitted(sentence, RIGHT if right else WRONG)
            return out
        if event.verdict == "right":
            return []
        return self._fitted(self.say("expected", expected=self._number(expected, asked[0].unit)))

    def _solution(self, event: VerdictEvent) -> list[Text]:
        match event.solution:
            case ChoiceSolution():
                return self._options(event, event.solution)
            case OrderSolution(ordered):
                return [] if event.correct else self.numbered(ordered)
            case ClozeSolution(text):
                return [*self._holes_judged(event), *self._prose(text)]
            case NumericSolution():
                return self._steps(event.steps)
            case None:
                return []

    def _holes_judged(self, event: VerdictEvent) -> list[Text]:
        """Which holes were filled right, where some were and some were not."""
        if event.correct or not any(event.parts):
            return []
        line = Text()
        for number, right in enumerate(event.parts, 1):
            mark = self.marks["right" if right else "wrong"]
            line.append(f"{hole(number, self.plain)} {mark}   ", RIGHT if right else WRONG)
        line.rstrip()
        return [line, Text()]

    def _options(self, event: VerdictEvent, solution: ChoiceSolution) -> list[Text]:
        out: list[Text] = []
        right = event.expected if isinstance(event.expected, list | tuple) else ()
        for number, (option, reason) in enumerate(zip(solution.options, solution.reasons, strict=True), 1):
            style = RIGHT if number in right else ""
            out += self._hanging(
                Text(f"{self.marks['right'] if number in right else ' '} {number}  ", style or STRONG), option, style
            )
            if reason:
                out += self._hanging(Text("     "), reason, QUIET)
        return out

    def _steps(self, steps: Sequence[Mapping[str, str]]) -> list[Text]:
        """Each step as one writes it: the formula, then the numbers put in and what comes of them."""
        from dlquiz.numeric import worked_line
        from dlquiz.render.working import equation, readable, signs

        out: list[Text] = []
        for step in steps:
            value = self._number(step["value"])
            if "working" in step:
                out += self._prose(worked_line(step, value))
                continue
            formula, numbers = step["formula"], step["numbers"]
            parts = formula.split(" = ") if " = " in formula else [step["quantity"], formula]
            known = (parts[-1], step["value"])
            if parts[-1] == step["value"]:
                parts.pop()
            parts += [*(one for one in (numbers,) if one and one not in known), value]
            written = [one if self.plain else signs(one) for one in parts[:-1]]
            for line in equation([*(readable(one, self.plain) for one in written), value], self.width):
                lead = line[: len(line) - len(line.lstrip(" ="))]
                out += self._hung(lead, line[len(lead) :])
        return out

    def _number(self, value: object, unit: str = "") -> str:
        said = spoken_number(str(value), unit)
        return said.replace(" × 10", "e").translate(PLAIN_POWERS) if self.plain else said

    def _hung(self, lead: str, sentence: str) -> list[Text]:
        found = prose.wrapped([(sentence, "math")], self.width - len(lead))
        return [Text(lead if index == 0 else " " * len(lead)) + line for index, line in enumerate(found)]

    def points(self, event: VerdictEvent) -> list[Text]:
        """The points with their marks, and the words of the typed answer that speak for each."""
        out: list[Text] = []
        for number, point in enumerate(event.points, 1):
            style = RIGHT if point.ticked else ""
            lines = self._hanging(
                Text(f"{self._mark(point, point.ticked)} {number}  ", style or STRONG), point.text, style
            )
            facts = ([] if point.core else [self.say("bonus")]) + ([f"“{point.by}”"] if point.by else [])
            for fact in facts:
                if cell_width(lines[-1].plain) + cell_width(fact) + 2 <= self.width:
                    lines[-1] += Text("  ") + Text(fact, QUIET)
                else:  # what was typed is no Markdown
                    wrapped = prose.wrapped([(fact, "")], self.width - 5)
                    lines += [Text("     ") + prose.under(line, QUIET) for line in wrapped]
            out += lines
        return out

    def _mark(self, point: VerdictPoint, ticked: bool) -> str:
        return self.marks["right" if ticked else "maybe" if point.state == "maybe" else "open"]

    def ticks(self, event: VerdictEvent, ticks: Collection[int]) -> Text:
        """One line for the prompt at which points are ticked; it is drawn again at each tick."""
        line = Text()
        for number, point in enumerate(event.points, 1):
            line.append(f"{number}{self._mark(point, number in ticks)} ", RIGHT if number in ticks else QUIET)
        return line.append(f" {len(ticks)}/{len(event.points)} > ")

    def ratings(self, event: VerdictEvent) -> list[Text]:
        """The four ratings with their days, the suggested one marked; as many on a line as fit."""
        out = [Text()]
        for rating in Rating:
            marked = rating is event.suggested
            piece = Text(
                f"{self.marks['suggested'] if marked else ' '}{rating:d} {self.say(rating.label)}",
                STRONG if marked else "",
            )
            if event.previews:
                piece.append(f" {self.say.days(event.previews[rating])}", QUIET)
            # Four cells are left for the prompt.
            if out[-1].plain and cell_width(out[-1].plain + piece.plain) + 2 > self.width - 4:
                out.append(Text())
            out[-1] += Text("  " if out[-1].plain else "") + piece
        return out

    def holes(self, count: int) -> list[str]:
        """The prompts of a cloze, one for each hole."""
        return [f"{hole(number, self.plain)} > " for number in range(1, count + 1)]

    def quantities(self, question: NumericQuestion) -> list[str]:
        """The prompts of a numeric card, one for each quantity that it asks for."""
        asked = question.asked
        if len(asked) == 1:
            return [f"{asked[0].unit} > " if asked[0].unit else "> "]
        return [f"{one.label}{' (' + one.unit + ')' if one.unit else ''} > " for one in asked]

    def recorded(self, event: RecordedEvent) -> list[Text]:
        say = self.say
        rating = say(event.rating.label)
        if event.rating is Rating.AGAIN:
            sentence = say("recorded again", rating=rating)
        elif event.interval is None:
            sentence = say("recorded plain", rating=rating)
        else:
            sentence = say("recorded", rating=rating, due=event.due, interval=say.days(event.interval))
        out = self._fitted(sentence, QUIET)
        if event.leech:
            out += self._fitted(say("leech"), STRONG)
        return out

    def nothing_to_ask(self, session: SessionEvent, summary: SummaryEvent) -> list[Text]:
        """Why no question came, and what the person can do about it."""
        say = self.say
        if session.plan is not None and session.minutes_left is not None:
            return [*self._fitted(say("plan asks no more"), STRONG), *self._fitted(say("plan done"), QUIET)]
        if session.due and session.minutes_left == 0:
            sentence, then = say("minutes used", due=session.due), say("minutes used next")
            return [*self._fitted(sentence, STRONG), *self._fitted(then, QUIET)]
        return [
            *self._fitted(say("summary none"), STRONG),
            *self._next_reviews(summary),
            *self._fitted(say("nothing due"), QUIET),
        ]

    def summary(self, event: SummaryEvent) -> list[Text]:
        say = self.say
        if event.answered:
            name = "summary one" if event.answered == 1 else "summary"
            sentence = say(name, answered=event.answered, correct=event.correct, minutes=f"{event.minutes:g}")
        else:
            sentence = say("summary nothing answered")
        habits = self._habits(event.mistakes) if event.answered else []
        return [Text(), *self._fitted(sentence, STRONG), *self._readiness(event), *habits, *self._next_reviews(event)]

    def plan(self, session: SessionEvent) -> list[Text]:
        """How far the interview is, and what is promised for it; nothing without a plan."""
        if session.plan is None:
            return []
        left, then = session.plan.days_left, session.plan.on_the_day
        days = self.say({0: "plan today", 1: "plan day"}.get(left, "plan days"), days=left)
        promise = "" if then is None else " · " + self.say("plan expected", then=percent(then))
        return self._fitted(self.say("plan session", days=days) + promise, QUIET)

    def _readiness(self, event: SummaryEvent) -> list[Text]:
        """What the session did for the day of the interview."""
        if event.readiness is None:
            return []
        after, before = percent(event.readiness.after), event.readiness.before
        if before is None or percent(before) == after:
            return self._fitted(self.say("plan expected", then=after))
        return self._fitted(self.say("plan changed", before=percent(before), then=after))

    def _habits(self, mistakes: Sequence[ReportedMistake]) -> list[Text]:
        """Mistakes that keep coming back, each with how often it was made of how often it could have been."""
        sentences = [self.say("habit", what=one.what, count=one.times, of=one.of) for one in mistakes]
        return [line for sentence in sentences for line in self._fitted(sentence, QUIET)]

    def _next_reviews(self, event: SummaryEvent) -> list[Text]:
        if event.tomorrow:
            return self._fitted(self.say("tomorrow", tomorrow=event.tomorrow))
        return self._fitted(self.say("next due", date=event.next_due)) if event.next_due else []

    def keys(self, keys: Sequence[str], lead: str, before: str = "") -> list[Text]:
        """What the keys do; `before` is what is typed before each of them."""
        sentence = " · ".join(f"{before}{key}\u00a0{self.say('key ' + key)}" for key in keys)
        return [*self._fitted(lead, QUIET), *self._fitted(sentence, QUIET)]

    def remark(self, sentence: str) -> list[Text]:
        return self._fitted(sentence, QUIET)

    # Laying out

    def _prose(self, markdown: str, style: str = "") -> list[Text]:
        found = prose.lines(markdown, self.width, raw=self.raw, plain=self.plain, language=self.card_language)
        return [prose.under(line, style) for line in found]

    def _fitted(self, sentence: str, style: str = "") -> list[Text]:
        return [prose.under(line, style) for line in prose.wrapped([(sentence, "")], self.width)]

    def _packed(self, parts: Sequence[str], style: str = "") -> list[Text]:
        """Short facts, as many on a line as fit; none is broken that fits on a line."""
        lines = [""]
        for part in parts:
            joined = f"{lines[-1]} · {part}" if lines[-1] else part
            if lines[-1] and cell_width(joined) > self.width:
                lines.append(part)
            else:
                lines[-1] = joined
        return [line for sentence in lines for line in self._fitted(sentence, style)]

    def _labelled(self, label: str, markdown: str) -> list[Text]:
        if self.width >= NARROW:
            return self._hanging(Text(label + "  ", STRONG), markdown)
        return [Text(label, STRONG), *self._prose(markdown)]

    def _hanging(self, lead: Text, markdown: str, style: str = "") -> list[Text]:
        """The text beside its lead, later lines under the first."""
        indent = cell_width(lead.plain)
        found = prose.lines(markdown, self.width - indent, raw=self.raw, plain=self.plain, language=self.card_language)
        # Put behind nothing, the look of the lead stays with the lead.
        leads = [Text() + lead, *(Text(" " * indent) for _ in found[1:])]
        return [before + prose.under(line, style) for before, line in zip(leads, found, strict=True)]


def _separated(*blocks: list[Text]) -> list[Text]:
    """Those blocks that hold something, a blank line before, between and after."""
    out = [Text()]
    for block in blocks:
        if block:
            out += [*block, Text()]
    return out
