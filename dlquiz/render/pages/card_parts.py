"""The parts of a card on a page: question, solution with its figure, points and pitfall."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import NamedTuple

from dlquiz.cards import Language
from dlquiz.kinds.view import CardView, FilledHoles, JudgedOption, JudgedOptions, OrderedSteps, Working, WorkingStep
from dlquiz.markup.html import FindImage
from dlquiz.messages.interview import PAGE
from dlquiz.render.pages import page as pages
from dlquiz.render.working import printed


class CardParts(NamedTuple):
    """A card as it is shown in one language; `image` finds the pictures that its text names."""

    view: CardView
    language: Language
    image: FindImage | None = None

    def prose(self, markdown: str) -> str:
        return pages.prose(markdown, self.image)

    def question(self, *, with_options: bool = False) -> str:
        """Options stand in the solution with their reasons, unless they are wanted here too."""
        items = ""
        if self.view.items is not None and (with_options or self.view.items.style == "steps"):
            items = "<ol>" + "".join(f"<li>{self.prose(text)}</li>" for text in self.view.items.texts) + "</ol>"
        convention = f'<p class="quiet">{self.prose(self.view.convention)}</p>' if self.view.convention else ""
        return f"<h3>{self.prose(self.view.question)}</h3>{items}{convention}"

    def solution(self, figure: str) -> str:
        """What is right, the answer, and the figure as HTML."""
        out = ""
        match self.view.solution:
            case JudgedOptions(options):
                out = f"<ol>{''.join(map(self._option, options))}</ol>"
            case OrderedSteps(steps):
                out = f"<ol>{''.join(f'<li>{self.prose(step)}</li>' for step in steps)}</ol>"
            case FilledHoles(text=text):
                out = f"<p>{self.prose(text)}</p>"
            case Working(steps=working):
                results = "; ".join(escape(each.with_unit) for each in self.view.quantities)
                out = f'<p><b>{results}</b></p><ul class="quiet">{"".join(map(self._step, working))}</ul>'
            case None:
                pass
        answer = f"<div>{self.prose(self.view.answer)}</div>" if self.view.answer else ""
        return f'<p class="label">{self._phrase("answer")}</p>{out}{answer}{figure}'

    def points(self, made: Collection[int] = ()) -> str:
        """The points, those that were made ticked."""
        if not self.view.points:
            return ""
        lines = []
        for number, point in enumerate(self.view.points, 1):
            ticked = number in made
            bonus = "" if point.core else f' <span class="quiet">({self._phrase("bonus")})</span>'
            lines.append(
                f'<li class="{"right" if ticked else ""}"><span class="mark">{"✓" if ticked else "·"}</span>'
                f" {self.prose(point.text)}{bonus}</li>"
            )
        return f'<p class="label">{self._phrase("points")}</p><ul class="points">{"".join(lines)}</ul>'

    def pitfall(self) -> str:
        if not self.view.pitfall:
            return ""
        return f'<p class="label">{self._phrase("pitfall")}</p><p>{self.prose(self.view.pitfall)}</p>'

    def _option(self, option: JudgedOption) -> str:
        kind, mark = ("right", "✓ ") if option.right else ("quiet", "")
        why = f'<span class="why">{self.prose(option.why)}</span>' if option.why else ""
        return f'<li class="{kind}"><span class="mark">{mark}</span>{self.prose(option.text)}{why}</li>'

    def _step(self, step: WorkingStep) -> str:
        return f"<li>{self.prose(step.markdown) if step.markdown else escape(printed(step.equation))}</li>"

    def _phrase(self, name: str) -> str:
        return escape(PAGE[self.language][name])
