"""What an answer was worth, and what was typed beside what would have been right; what decides stays on the screen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from dlquiz.cards import Rating
from dlquiz.formatting import spoken_number
from dlquiz.markup.width import cell_width
from dlquiz.render import markdown as prose
from dlquiz.render.layout import PLAIN_POWERS, QUIET, RIGHT, STRONG, WRONG, Page, separated
from dlquiz.render.markdown import hole
from dlquiz.session.events import (
    ChoiceSolution,
    ClozeSolution,
    NumericSolution,
    OrderSolution,
    VerdictEvent,
    VerdictPoint,
)

TextLines = list[Text]


class FeedbackBlock(NamedTuple):
    """Some lines of a verdict; a drawing is shown whole or not at all."""

    lines: TextLines
    whole: bool = False


class FeedbackPage(Page):
    """A page with the verdict on an answer."""

    def verdict(self, event: VerdictEvent) -> TextLines:
        """Outcome and solution; where they are higher than the terminal, as much as leaves the outcome in view."""
        blocks = self._rest(event)
        full = separated(self._decisive(event), *(block.lines for block in blocks))
        room = self._room(event)
        return full if room is None or len(full) <= room else self._shortened(event, blocks, room)

    def whole_verdict(self, event: VerdictEvent) -> TextLines:
        """All of it, what decides last."""
        return separated(*(block.lines for block in self._rest(event)), self._decisive(event))

    def _room(self, event: VerdictEvent) -> int | None:
        """The lines that a verdict may have, so that it stands on the screen with all that is asked below it."""
        if self.height is None:
            return None
        below = len(self.ratings(event))
        if event.points:
            below += len(self.points(event)) + len(self.tick_prompt(event)) + 1
        return self.height - below

    def _shortened(self, event: VerdictEvent, blocks: Sequence[FeedbackBlock], room: int) -> TextLines:
        remark = self.remark(self.say("rest with figure" if event.figure else "rest"))
        decisive = self._decisive(event)
        space = max(room - len(remark) - 2, 1)
        if len(decisive) > space:
            decisive = cut(self._decisive(event, brief=True), space)
        left = space - len(decisive)
        out = [decisive]
        for block in blocks:
            kept = block.lines if len(block.lines) < left else [] if block.whole else cut(block.lines, left - 1)
            if kept:
                out.append(kept)
                left -= len(kept) + 1
        return [*separated(*out), *remark]

    # What decides

    def _decisive(self, event: VerdictEvent, brief: bool = False) -> TextLines:
        """Outcome, and what was answered beside what is right."""
        out = self._outcome(event)
        match event.solution:
            case ChoiceSolution() as solution:
                picked = self._picked(event, solution)
                rows = sorted(picked | self._right_options(event), key=lambda number: number not in picked)
                out += self._options(event, solution, rows, brief=brief)
            case OrderSolution(ordered):
                out += self._order(event, ordered, brief=brief)
            case ClozeSolution() as solution:
                out += self._holes(event, solution)
            case NumericSolution() as solution:
                out += self._expected(event, solution)
            case None:
                pass
        return out

    def _outcome(self, event: VerdictEvent) -> TextLines:
        if event.kind == "open" and event.correct is None:
            return []
        name = str(event.verdict)
        if name == "rounded" and event.correct is None:
            name = "rounded away"
        if self._unknown(event):
            return self._fitted(self.say_of_card("not known"), WRONG)
        if event.correct is None:
            return self._fitted(self.say_of_card(name), STRONG)
        sign = self.marks["right" if event.correct else "wrong"]
        return self._fitted(f"{sign} {self.say_of_card(name)}", RIGHT if event.correct else WRONG)

    def _unknown(self, event: VerdictEvent) -> bool:
        from dlquiz.grading.check import says_unknown

        return not event.correct and (event.given is None or says_unknown(event.given))

    def _right_options(self, event: VerdictEvent) -> set[int]:
        return {int(one) for one in event.expected} if isinstance(event.expected, list | tuple) else set()

    def _picked(self, event: VerdictEvent, solution: ChoiceSolution) -> set[int]:
        from dlquiz.grading.check import numbers

        return set() if self._unknown(event) else set(numbers(event.given, len(solution.options)))

    def _options(
        self, event: VerdictEvent, solution: ChoiceSolution, rows: Sequence[int], *, brief: bool = False
    ) -> TextLines:
        """Options with their reasons; those that were picked are marked."""
        right, picked = self._right_options(event), self._picked(event, solution)
        out: TextLines = []
        for number in rows:
            mark = self.marks["right"] if number in right else self.marks["wrong"] if number in picked else " "
            style = RIGHT if number in right else WRONG if number in picked else ""
            option, reason = solution.options[number - 1], solution.reasons[number - 1]
            lines = self._hanging(Text(f"{mark} {number}  ", style or STRONG), option, style)
            if number in picked:
                lines = self._beside(lines, self.say_of_card("yours here"), 5, brief=brief)
            if reason and not brief:
                lines += self._hanging(Text("     "), reason, QUIET)
            out += lines[:1] if brief else lines
        return out

    def _beside(self, lines: TextLines, fact: str, indent: int, *, brief: bool = False) -> TextLines:
        """The lines with a fact at their end, or below it where it does not fit; `brief` keeps one line with both."""
        if brief:
            first = lines[0].copy()
            first.truncate(self.width - cell_width(fact) - 2, overflow="ellipsis")
            lines = [first]
        if cell_width(lines[-1].plain) + cell_width(fact) + 2 <= self.width:
            return [*lines[:-1], lines[-1] + Text("  ") + Text(fact, QUIET)]
        return [
            *lines,
            *(
                Text(" " * indent) + prose.under(line, QUIET)
                for line in prose.wrapped([(fact, "")], self.width - indent)
            ),
        ]

    def _order(self, event: VerdictEvent, ordered: Sequence[str], *, brief: bool) -> TextLines:
        """The steps in their right order, each that stood elsewhere with the place that it was given."""
        if event.correct:
            return []
        if self._unknown(event) or not isinstance(event.expected, list | tuple):
            return self.numbered(ordered)
        from dlquiz.grading.check import numbers

        given, out = numbers(event.given, len(ordered)), []
        for place, (step, shown) in enumerate(zip(ordered, event.expected, strict=True), 1):
            mine = given.index(int(shown)) + 1
            mark, style = ("right", RIGHT) if mine == place else ("wrong", WRONG)
            lines = self._hanging(Text(f"{self.marks[mark]} {place:>{len(str(len(ordered)))}}  ", style), step)
            if mine != place:
                lines = self._beside(lines, self.say_of_card("yours at", place=mine), 5, brief=brief)
            out += lines[:1] if brief else lines
        return out

    def _holes(self, event: VerdictEvent, solution: ClozeSolution) -> TextLines:
        """Each hole with what was filled in and, where that was wrong, with what belongs there."""
        if event.correct:
            return []
        given: Sequence[object] = event.given if isinstance(event.given, list | tuple) else [event.given]
        unknown = self._unknown(event) or len(given) != len(solution.answers)
        rows: TextLines = []
        for number, answer in enumerate(solution.answers, 1):
            if unknown:
                row = Text(f"{hole(number, self.plain)} ", STRONG)
                mine = ""
            else:
                right = event.parts[number - 1]
                row = Text(
                    f"{hole(number, self.plain)} {self.marks['right' if right else 'wrong']} ",
                    RIGHT if right else WRONG,
                )
                mine = str(given[number - 1]).strip() or self.say_of_card("empty")
                if right:
                    rows += self._joined(row, mine, "")
                    continue
            rows += self._joined(row, mine, answer)
        return self._side_by_side(rows)

    def _joined(self, row: Text, mine: str, answer: str) -> TextLines:
        """`▢₂ ✗ mine → answer`, in one line or with the answer below."""
        # Put behind nothing, the look of the mark stays with the mark.
        whole = Text() + row + Text(mine)
        indent = cell_width(row.plain)
        if not answer:
            return self._within(whole, indent)
        arrow = self.marks["becomes"] + " " if mine else ""
        lines = self.laid_out(answer, self.width - indent - 3)
        joint = f" {arrow}" if mine else ""
        if len(lines) == 1 and cell_width(whole.plain + joint + lines[0].plain) <= self.width:
            return [whole + Text(joint) + prose.under(lines[0], STRONG)]
        first = self._within(whole, indent) if mine else []
        leads = [Text(" " * indent + arrow) if mine else Text() + row, *(Text(" " * (indent + 2)) for _ in lines[1:])]
        return [*first, *(lead + prose.under(line, STRONG) for lead, line in zip(leads, lines, strict=True))]

    def _within(self, line: Text, indent: int) -> TextLines:
        if cell_width(line.plain) <= self.width:
            return [line]
        first, *more = prose.wrapped([(line.plain, "")], self.width - indent)
        return [first, *(Text(" " * indent) + one for one in more)]

    def _side_by_side(self, rows: TextLines) -> TextLines:
        """Short rows as many on a line as fit; none behind the continuation of a long one."""
        out: TextLines = []
        for row in rows:
            whole = not any(line.plain[:1] in ("", " ") for line in (row, *out[-1:]))
            if out and whole and cell_width(out[-1].plain) + cell_width(row.plain) + 3 <= self.width:
                out[-1] = out[-1] + Text("   ") + row
            else:
                out.append(row)
        return out

    def _expected(self, event: VerdictEvent, solution: NumericSolution) -> TextLines:
        """The right numbers beside those that were typed; of several quantities each with whether it was right."""
        asked, expected = solution.asked, event.expected
        unknown = self._unknown(event)
        if len(asked) > 1 and isinstance(expected, list | tuple):
            given: Sequence[object] = event.given if isinstance(event.given, list | tuple) else ()
            mine = given if not unknown and len(given) == len(asked) else [""] * len(asked)
            out: TextLines = []
            for one, value, right, typed in zip(asked, expected, event.parts, mine, strict=True):
                mark, style = ("right", RIGHT) if right else ("wrong", WRONG)
                arrow = f"{typed} {self.marks['becomes']} " if typed != "" and not right else ""
                out += self._fitted(f"{self.marks[mark]} {one.label}  {arrow}{self._number(value, one.unit)}", style)
            return out
        facts = [] if unknown or event.correct else [self.say_of_card("yours", reply=str(event.given).strip())]
        if event.verdict != "right":
            facts.append(self.say_of_card("expected", expected=self._number(expected, asked[0].unit)))
        return self._packed(facts) if facts else []

    # The rest of it

    def _rest(self, event: VerdictEvent) -> list[FeedbackBlock]:
        """What explains, in the order in which it is worth its lines."""
        diagnosis = [line for note in event.notes for line in self._prose(note, style=QUIET)]
        if event.mistake:
            diagnosis = [*self._prose(event.mistake["text"]), *diagnosis]
        blocks = [
            FeedbackBlock(diagnosis),
            FeedbackBlock(self._solution(event)),
            FeedbackBlock(self._prose(event.answer) if event.answer else []),
            FeedbackBlock(self._figure(event.figure) if event.figure else [], whole=True),
            FeedbackBlock(self._labelled(self.say_of_card("pitfall"), event.pitfall) if event.pitfall else []),
        ]
        return [block for block in blocks if block.lines]

    def _solution(self, event: VerdictEvent) -> TextLines:
        match event.solution:
            case ChoiceSolution() as solution:
                said = self._picked(event, solution) | self._right_options(event)
                others = [number for number in range(1, len(solution.options) + 1) if number not in said]
                return self._options(event, solution, others)
            case ClozeSolution(text=filled):
                return self._prose(filled)
            case NumericSolution():
                return self._steps(event.steps)
            case OrderSolution() | None:
                return []

    def _figure(self, description: Mapping[str, object]) -> TextLines:
        # Few cards have one, and none shows it before it is answered.
        from dlquiz.render import figure

        return figure.lines(description, self.width, plain=not self.pictures, language=self.card_language)

    def _steps(self, steps: Sequence[Mapping[str, str]]) -> list[Text]:
        """Each step as one writes it: the formula, then the numbers put in and what comes of them."""
        from dlquiz.numeric import sides_before, worked_line
        from dlquiz.render.working import equation, readable, signs

        out: list[Text] = []
        for step in steps:
            value = self._number(step["value"])
            if "working" in step:
                out += self._prose(worked_line(step, value))
                continue
            lead = [] if " = " in step["formula"] else [step["quantity"]]
            sides = [*lead, *sides_before(step["value"], step["formula"], step["numbers"])]
            written = [side if self.plain else signs(side) for side in sides]
            for line in equation([*(readable(one, self.plain) for one in written), value], self.width):
                indent = line[: len(line) - len(line.lstrip(" ="))]
                out += self._hung(indent, line[len(indent) :])
        return out

    def _number(self, value: object, unit: str = "") -> str:
        said = spoken_number(str(value), unit, self.card_language)
        return said.replace(" × 10", "e").translate(PLAIN_POWERS) if self.plain else said

    def points(self, event: VerdictEvent) -> list[Text]:
        """The points with their marks, and the words of the typed answer that speak for each; a line for each where
        they are higher than the terminal."""
        lines = self._points(event)
        below = len(self.ratings(event)) + len(self.tick_prompt(event)) + 4
        if self.height is not None and len(lines) + below > self.height:
            return [rows[0] for rows in self._point_rows(event)]
        return lines

    def _points(self, event: VerdictEvent) -> TextLines:
        return [line for rows in self._point_rows(event) for line in rows]

    def _point_rows(self, event: VerdictEvent) -> list[TextLines]:
        out: list[TextLines] = []
        for number, point in enumerate(event.points, 1):
            style = RIGHT if point.ticked else ""
            lines = self._hanging(
                Text(f"{self._mark(point, point.ticked)} {number}  ", style or STRONG), point.text, style
            )
            facts = ([] if point.core else [self.say_of_card("bonus")]) + ([f"“{point.by}”"] if point.by else [])
            for fact in facts:  # what was typed is no Markdown
                lines = self._beside(lines, fact, 5)
            out.append(lines)
        return out

    def tick_prompt(self, event: VerdictEvent) -> TextLines:
        unsure = any(point.state == "maybe" for point in event.points)
        return self.remark(self.say("tick prompt unsure" if unsure else "tick prompt"))

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


def cut(lines: TextLines, most: int) -> TextLines:
    """The first lines, with a sign where some are left out; none where there is no room for that."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], Text("…", QUIET)] if most > 1 else []
