"""What is printed of a card, whoever prints it: terminal, HTML, Markdown, CSV or Anki. Texts are Markdown.

They are named tuples, not dataclasses: study makes the first verdict with them, and dataclasses take 5 ms more to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from dlquiz.cards import Card, Hole, HoleForm, Language, Text
from dlquiz.kinds import kind_of

if TYPE_CHECKING:
    from dlquiz.kinds.kind import Drawn
    from dlquiz.numeric import AskedQuantity


class Items(NamedTuple):
    """What a question lists below its text: options to pick from, or steps out of order."""

    style: Literal["options", "steps"]
    texts: tuple[str, ...]


class SolvedQuantity(NamedTuple):
    """A quantity that a numeric question asks for, with its right value in plain text, in the view's language."""

    asked: AskedQuantity
    value: str
    language: Language

    @property
    def with_unit(self) -> str:
        from dlquiz.formatting import spoken_number

        return spoken_number(self.value, self.asked.unit, self.language)


class JudgedOption(NamedTuple):
    text: str
    right: bool
    why: str | None


class JudgedOptions(NamedTuple):
    """The options in the order in which they were shown."""

    options: tuple[JudgedOption, ...]


class OrderedSteps(NamedTuple):
    steps: tuple[str, ...]


class FilledHole(NamedTuple):
    """A hole of the question, `@{1}` for the first; `answer` and `accept` as the card has them."""

    answer: str
    accept: tuple[str, ...]
    form: HoleForm | None
    in_formula: bool = False

    @property
    def markdown(self) -> str:
        r"""The answer as a text of its own.

        >>> FilledHole(r"\\sigma", (), None).markdown, FilledHole("mean", (), None).markdown
        ('$\\\\sigma$', 'mean')
        """
        return f"${self.answer}$" if "\\" in self.answer and not self.answer.startswith("$") else self.answer

    def spoken(self, language: Language) -> str:
        """The answer alone, as a text of the language has it."""
        from dlquiz.grading.check import filling

        answer = filling(Hole(self.answer, self.accept, self.form), language)
        formula = "\\" in answer or ((self.in_formula or self.form == "formula") and answer == self.answer)
        return f"${answer}$" if formula and "$" not in answer else answer


class FilledHoles(NamedTuple):
    """The answers, and the whole text with them in its holes."""

    holes: tuple[FilledHole, ...]
    text: str


class WorkingStep(NamedTuple):
    """One line of a computation, its parts in plain text; `markdown` is the whole line where the card writes it."""

    quantity: str
    formula: str
    numbers: str
    value: str
    markdown: str | None = None

    @property
    def equation(self) -> str:
        """The line as one writes it, nothing in it twice.

        >>> WorkingStep("bias", "C_out", "96", "96").equation, WorkingStep("sum", "a + b", "1 + 2", "3").equation
        ('C_out = 96', 'a + b = 1 + 2 = 3')
        """
        from dlquiz.formatting import spoken_number
        from dlquiz.numeric import sides_before

        return " = ".join([*sides_before(self.value, self.formula, self.numbers), spoken_number(self.value)])


class Working(NamedTuple):
    """How the quantities that the card asks for are computed."""

    steps: tuple[WorkingStep, ...]


Solution = JudgedOptions | OrderedSteps | FilledHoles | Working


class PointView(NamedTuple):
    text: str
    core: bool
    cues: tuple[str, ...]


class CardView(NamedTuple):
    """A card in one language with what was drawn for it. Each kind adds what its question lists and its solution;
    `hint` is the gentlest one."""

    question: str
    answer: str | None = None
    points: tuple[PointView, ...] = ()
    pitfall: str | None = None
    items: Items | None = None
    quantities: tuple[SolvedQuantity, ...] = ()
    convention: str | None = None
    hint: str | None = None
    solution: Solution | None = None


def card_view(card: Card, language: Language, drawn: Drawn) -> CardView:
    """The view of a card; `drawn` is what its kind drew for this presentation.

    >>> from dlquiz.cards import Order
    >>> view = card_view(Card("c", "d", Text(en="?"), Order((Text(en="a"), Text(en="b")))), "en", (1, 0))
    >>> view.items.texts, view.solution
    (('b', 'a'), OrderedSteps(steps=('a', 'b')))
    """
    kind = kind_of(card.body)

    def text(words: Text) -> str:
        return kind.fill(drawn, words.language(language))

    view = CardView(
        question=text(card.question),
        answer=text(card.answer) if card.answer else None,
        points=tuple(PointView(text(point.text), point.core, point.cues(language)) for point in card.points),
        pitfall=text(card.pitfall) if card.pitfall else None,
    )
    return kind.complete(view, card.body, drawn, language)
