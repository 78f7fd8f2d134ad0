"""Study in a terminal: shows each event, and asks by keys or by a line for what it expects. No logic of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.text import Text

from dlquiz.cards import Language, Rating
from dlquiz.cards import Text as CardText
from dlquiz.cli.frontends.keyboard import Keyboard, plain
from dlquiz.errors import DlquizError
from dlquiz.kinds.content import ChoiceQuestion, ClozeQuestion, OrderQuestion
from dlquiz.messages.study import Phrases
from dlquiz.render.layout import Drawing
from dlquiz.render.study import StudyPage
from dlquiz.render.text_lines import clock
from dlquiz.review_log.rows import ANSWERS
from dlquiz.session.actions import (
    CommandAction,
    CommandName,
    ConversationAction,
    RatingAction,
    ReplyAction,
    TicksAction,
)
from dlquiz.session.conversation import EventGenerator
from dlquiz.session.events import (
    ConversationEvent,
    DoneEvent,
    DrillEvent,
    DrillSummaryEvent,
    ErrorEvent,
    HintEvent,
    QuestionEvent,
    RecordedEvent,
    SessionEvent,
    SummaryEvent,
    UndoneEvent,
    VerdictEvent,
)

if TYPE_CHECKING:
    from dlquiz.render.drill import DrillPage

AnyPage = TypeVar("AnyPage", bound=StudyPage)

COMMANDS: dict[str, CommandName] = {
    "u": "undo", "n": "skip", "s": "suspend", "b": "bury", "f": "flag", "h": "hint", "l": "language", "q": "quit",
    "d": "follow_up", "p": "pause", "r": "review",
}  # fmt: skip
ASKS_AGAIN = ("hint", "language", "flag", "pause")
RATING_KEYS = {str(int(rating)): rating for rating in Rating}
QUESTION_KEYS = "hnlmefsbuq"
DRILL_KEYS = "hnlmeuq"
TICK_KEYS = "nvlmefsbuq"
RATING_PROMPT_KEYS = "d" + TICK_KEYS


class EndOfInputError(Exception):
    """Ctrl-D, or a terminal that went away."""


class Terminal:
    """The conversation as a person has it. `edit` opens a card in the editor and says whether it was changed; it
    gets the key that opens it again."""

    # The titles of the decks, which stand in the headings.
    titles: Mapping[str, CardText] = MappingProxyType({})
    # How a sentence calls a card, by its id.
    name_of: Callable[[str], str] = staticmethod(str)

    def __init__(self, say: Phrases, *, plain_formulas: bool, edit: Callable[[str, str], bool]) -> None:
        # The cards of the answers that are in the log, by the ids of their rows.
        self._recorded: dict[str, str] = {}
        self._say = say
        self._plain_formulas = plain_formulas
        self._edit = edit
        self._raw = False
        self._drill = False
        self._session: SessionEvent | None = None
        self._shown: QuestionEvent | VerdictEvent | SummaryEvent | DrillSummaryEvent | None = None
        # Those in which the card that was asked last is written.
        self._languages: tuple[Language, ...] = ()
        self._ticked = False
        # The last prompt of one key at which it was said that text does nothing.
        self._text_ignored_at: QuestionEvent | VerdictEvent | None = None
        self._begun: dict[str, list[str]] = {}
        self._replied = ""
        self._greeted = False
        self._began = monotonic()
        self._dumb = dumb = os.environ.get("TERM") in ("dumb", "unknown")
        self._console = Console(markup=False, emoji=False, highlight=False)
        self._keyboard = Keyboard(sys.stdout, dumb=dumb, width=width)

    @property
    def answered(self) -> int:
        """How many answers of this session are in the log."""
        return len(self._recorded)

    def run(self, conversation: EventGenerator) -> None:
        """Until the conversation ends; raises KeyboardInterrupt on Ctrl-C, with the terminal as it was found."""
        action: ConversationAction | None = None
        with self._keyboard:
            try:
                while True:
                    event = conversation.send(action)
                    self._show(event)
                    action = self._answer() if event.expects else None
            except StopIteration:
                return

    def _answer(self) -> ConversationAction | None:
        if self._shown is None:
            # Nothing was asked, so there is nothing to undo: the shell comes back at once.
            return None
        try:
            return self._ask(self._shown)
        except EndOfInputError:
            return None

    # Showing

    @property
    def _page(self) -> StudyPage:
        return self._drill_page() if self._drill else self._page_of(StudyPage)

    def _drill_page(self) -> DrillPage:
        from dlquiz.render.drill import DrillPage

        return self._page_of(DrillPage)

    def _page_of(self, kind: type[AnyPage]) -> AnyPage:
        card = self._shown if isinstance(self._shown, QuestionEvent | VerdictEvent) else None
        plain = self._plain_formulas
        return kind(
            self._say,
            width(),
            drawing=Drawing(self._raw, plain, pictures=not (plain or self._dumb)),
            card_language=card.language if card else None,
            height=None if self._dumb else height(),
            titles=self.titles,
        )

    def _print(self, lines: Iterable[Text]) -> None:
        margin = " " * self._page.margin
        for line in lines:
            self._console.print(Text(margin) + line if line.plain else line, soft_wrap=True)

    def _remark(self, sentence: str) -> None:
        self._print(self._page.remark(sentence))

    def _show(self, event: ConversationEvent) -> None:
        match event:
            case SessionEvent():
                self._session = event
                if event.cram:
                    self._remark(self._say("cram"))
            case DrillEvent():
                self._drill = True
            case QuestionEvent():
                self._show_question(event)
            case VerdictEvent():
                self._show_verdict(event)
            case HintEvent():
                self._print(self._page.hint(event))
            case RecordedEvent():
                self._show_recorded(event)
            case DoneEvent():
                self._remark(self._say(event.command))
            case UndoneEvent():
                self._show_undone(event)
            case SummaryEvent():
                self._show_summary(event)
            case DrillSummaryEvent():
                self._print(self._drill_page().drill_summary(event))
                self._shown = event
            case ErrorEvent():
                self._remark(event.message)
                self._remark_on_a_letter()
            case _:
                self._show_in_interview(event)

    def _remark_on_a_letter(self) -> None:
        """That a lone letter that was sent as a reply, such as q, is a command behind a colon."""
        if isinstance(self._shown, QuestionEvent) and (key := self._lone_key(self._replied, self._shown)):
            self._remark(self._say("letter", key=key))

    def _lone_key(self, entered: str, event: QuestionEvent) -> str:
        """The command that a typed letter would be behind a colon; empty for all other text."""
        key = plain(entered.strip()).lower()
        return key if len(key) == 1 and key in self._keys(event, "keys typed") else ""

    def _show_in_interview(self, event: ConversationEvent) -> None:
        """An event that only an interview has; its own front end shows it."""

    def _show_question(self, event: QuestionEvent) -> None:
        self._shown, self._ticked, self._languages = event, False, event.languages
        if not self._greeted:
            self._greeted = True
            if self._session is not None:
                self._print(self._page.plan(self._session))
            self._remark(self._say("greeting"))
        self._print(self._page.question(event, self._clock_of_session()))

    def _clock_of_session(self) -> str:
        """How long the session has taken, as a clock shows it."""
        return clock(monotonic() - self._began)

    def _show_verdict(self, event: VerdictEvent) -> None:
        before, self._shown = self._shown, event
        again = isinstance(before, VerdictEvent) and before.language == event.language
        if isinstance(before, VerdictEvent) and not again:
            self._print(self._page.asked_again(event))
            self._ticked = False
        if not (again and self._ticked):
            self._print(self._page.verdict(event))

    def _show_recorded(self, event: RecordedEvent) -> None:
        self._recorded[event.id] = event.card
        if self._drill:
            return
        self._print(self._page.recorded(event))
        if event.kind == "cram" and self._session is not None and not self._session.cram:
            self._remark(self._say("kept as cram"))

    def _show_undone(self, event: UndoneEvent) -> None:
        if event.id is None or event.kind is None:
            self._remark(self._say("nothing to undo"))
        else:
            self._recorded.pop(event.id, None)
            kind = "review" if event.kind in ANSWERS else event.kind
            self._remark(self._say(f"undone {kind}", card=self.name_of(event.card or "")))

    def _show_summary(self, event: SummaryEvent) -> None:
        if self._shown is None and self._session is not None:
            self._print(self._page.nothing_to_ask(self._session, event))
        else:
            named = event._replace(missed=tuple(self.name_of(card) for card in event.missed))
            self._print(self._page.summary(named))
            if event.answered and self._session and self._session.plan and self._session.plan.placement:
                left = self._session.cards - len(set(self._recorded.values()))
                self._print(self._page.after_placement(max(0, left)))
            self._shown = event

    def _show_again(self, *, whole: bool = False) -> None:
        match self._shown:
            case QuestionEvent() as event:
                self._print(self._page.question(event, self._clock_of_session()))
            case VerdictEvent() as event:
                self._print(self._page.whole_verdict(event) if whole else self._page.verdict(event))
                self._print(self._page.points(event))
            case SummaryEvent() | DrillSummaryEvent() | None:
                pass

    # Asking

    def _ask(self, event: QuestionEvent | VerdictEvent | SummaryEvent | DrillSummaryEvent) -> ConversationAction:
        match event:
            case SummaryEvent() | DrillSummaryEvent():
                return self._ask_at_end()
            case VerdictEvent():
                return self._ask_ticks(event) if event.points and not self._ticked else self._ask_rating(event)
            case QuestionEvent():
                return self._ask_question(event)

    def _ask_question(self, event: QuestionEvent) -> ConversationAction:
        match event.content:
            case None:
                self._remark(self._say("open prompt"))
                return self._typed([self._prompt()], event, empty="")
            case ClozeQuestion(holes):
                return self._typed(self._page.holes(holes), event)
            case ChoiceQuestion(several=several):
                self._remark(self._say("several prompt" if several else "choice prompt"))
                return self._typed([self._prompt()], event)
            case OrderQuestion():
                self._remark(self._say("order prompt"))
                return self._typed([self._prompt()], event)
            case numeric:
                return self._typed(self._page.quantities(numeric), event)

    @property
    def _give_up(self) -> str:
        return self._say("give up")

    def _prompt(self, label: str = "") -> str:
        return f"{label}> "

    def _line(self, prompt: str) -> str:
        line = self._keyboard.line(" " * self._page.margin + prompt)
        if line is None:
            raise EndOfInputError
        return line

    def _key(self, prompt: Text | str = "> ", above: int = 0) -> str:
        """One key after a prompt that is taken away again, with `above` lines before it, so that what comes of the key
        stands in its place. A colon begins a line, as where one types: it comes back whole, its Enter with it."""
        self._console.print(
            Text(" " * self._page.margin) + (Text(prompt) if isinstance(prompt, str) else prompt),
            end="",
            soft_wrap=True,
        )
        try:
            key = self._keyboard.key()
        except KeyboardInterrupt:
            self._console.file.write("\r\x1b[K" if not self._keyboard.dumb else "\n")
            raise
        if not self._keyboard.dumb:
            self._console.file.write(f"\x1b[{above}A\r\x1b[J" if above else "\r\x1b[K")
        if key is None:
            raise EndOfInputError
        if key == ":" and not self._keyboard.dumb:
            entered = plain((self._keyboard.line(" " * self._page.margin + "> ", begun=":") or "").strip())
            key = ":" + entered.removeprefix(":") if entered else "nothing"
        return key.lower()

    def _typed(self, prompts: Sequence[str], event: QuestionEvent, empty: str | None = None) -> ConversationAction:
        """One line for each prompt; what an empty one means is `empty`, or, asked twice, that it is not known.

        After a hint, or whatever else asks the same question once more, what was typed before it stays. Where any text
        is an answer, a lone letter that is a command elsewhere is one only when it is sent twice.
        """
        warned, sent_once = False, ""
        given = self._begun.pop(event.card, [])[: len(prompts) - 1]
        for prompt, typed in zip(prompts, given, strict=False):
            self._remark(prompt + typed)
        while True:
            line = self._line(prompts[len(given)])
            entered = plain(line.strip())
            if entered.lower() == ":u" and given:
                # What was typed last is what is undone.
                given.pop()
            elif entered == "?" or is_command(entered):
                action = self._command(":" + entered.removeprefix(":"), event, "keys typed")
                if action is not None:
                    if isinstance(action, CommandAction) and action.command in ASKS_AGAIN:
                        self._begun[event.card] = given
                    return action
            elif empty is not None and (key := self._lone_key(entered, event)) and key != sent_once:
                sent_once = key
                self._remark(self._say("letter once", key=key))
            else:
                given.append(line.strip())
            if len(given) == len(prompts):
                if empty is not None or any(given):
                    self._replied = given[-1]
                    return ReplyAction(given[0] if len(given) == 1 else given)
                if warned:
                    return ReplyAction(None)
                warned, given = True, []
                self._remark(self._give_up)

    def _ask_ticks(self, event: VerdictEvent) -> ConversationAction:
        """Points are ticked here and sent together; then the rating is asked with the suggestion they give."""
        self._print(self._page.points(event))
        self._print(self._page.tick_prompt(event))
        ticks = {number for number, point in enumerate(event.points, 1) if point.ticked}
        while True:
            key = self._key(self._page.ticks(event, ticks))
            if key in ("enter", " "):
                self._print([self._page.ticks(event, ticks)])
                self._ticked = True
                return TicksAction(tuple(sorted(ticks)))
            ticked = [int(digit) for digit in key if key.isdecimal() and 1 <= int(digit) <= len(event.points)]
            for point in ticked:
                ticks ^= {point}
            if not ticked and (action := self._command(key, event, "keys tick")) is not None:
                return action

    def _ask_rating(self, event: VerdictEvent) -> ConversationAction:
        while True:
            *before, last = self._page.ratings(event)
            self._print(before)
            key = self._key(last + Text("  > "), above=len(before))
            if key in ("enter", " "):
                return RatingAction(None)
            if key in RATING_KEYS:
                return RatingAction(RATING_KEYS[key])
            if (action := self._command(key, event, "keys rate")) is not None:
                return action

    def _ask_at_end(self) -> ConversationAction:
        while True:
            key = self._key(Text(self._say("end prompt") + " ", "dim")).removeprefix(":")
            if key == "u":
                return CommandAction("undo")
            if key in ("enter", "q", " ", "escape"):
                return CommandAction("quit")

    def _command(self, entered: str, event: QuestionEvent | VerdictEvent, lead: str) -> ConversationAction | None:
        """What a key, or a colon and a key, stands for; None when it was dealt with here."""
        keys = self._keys(event, lead)
        typed, key = lead == "keys typed", entered.lower()
        if colon := entered.startswith(":"):
            key = key[1:].strip() or "?"
        if key == "?":
            listed = keys if len(self._languages) > 1 else keys.replace("l", "")
            self._print(self._page.keys(listed, self._say(lead), before=":" if typed else ""))
        elif key == "m":
            self._raw = not self._raw
            self._show_again()
        elif key == "v" and key in keys:
            self._show_again(whole=True)
        elif key == "e" and key in keys:
            return self._edited(event, ":e" if typed else "e")
        elif len(key) == 1 and key in keys:
            return CommandAction(COMMANDS[key])
        elif colon:
            self._remark(self._say("no command", entered=key))
        elif len(key) == 1:
            self._remark(self._say("not a key", key=key))
        elif (key == "text" or key.isdecimal()) and self._text_ignored_at is not event:
            self._text_ignored_at = event
            self._remark(self._say("not one key"))
        return None

    def _keys(self, event: QuestionEvent | VerdictEvent, lead: str) -> str:
        """The keys that do something at this prompt."""
        if isinstance(event, QuestionEvent):
            return DRILL_KEYS if self._drill else QUESTION_KEYS
        return TICK_KEYS if lead == "keys tick" else RATING_PROMPT_KEYS

    def _edited(self, event: QuestionEvent | VerdictEvent, key: str) -> ConversationAction | None:
        try:
            with self._keyboard.handed_over():
                changed = self._edit(event.card, key)
        except DlquizError as error:
            # The card is as it was, and so is the session.
            from dlquiz.cli.translation import error_said

            for line in error_said(error).split("\n"):
                self._remark(line)
            return None
        self._remark(self._say("edited" if changed else "not edited"))
        return CommandAction("reload") if changed else None


def is_command(entered: str) -> bool:
    """Whether a typed line is meant for the program: a colon and one sign, or a colon and a word. All else that begins
    with a colon may be an answer.

    >>> [is_command(entered) for entered in (":u", ":", ":zz", ":wq!", ":-1", ": it keeps the size", "u")]
    [True, True, True, True, False, False, False]
    """
    word = entered[1:].removesuffix("!")
    return entered.startswith(":") and (len(entered) <= 2 or (word.isascii() and word.isalpha()))


def height() -> int | None:
    """How many lines the terminal has now; None where it does not say."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines or None
    except (OSError, ValueError):
        return None


def width() -> int:
    """How many columns the terminal has now; it may be resized at any time."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
