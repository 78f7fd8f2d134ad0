"""Study in a terminal: shows each event, and asks by keys or by a line for what it expects. No logic of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from dlquiz.cards import Kind
from dlquiz.cli.frontends.keyboard import Keyboard, plain
from dlquiz.errors import DlquizError
from dlquiz.render.i18n import Phrases
from dlquiz.render.study import Page

Event = dict[str, Any]
Action = dict[str, Any]

COMMANDS = {"u": "undo", "n": "skip", "s": "suspend", "b": "bury", "f": "flag", "h": "hint", "l": "language",
            "q": "quit"}  # fmt: skip
RATINGS = {"1": "again", "2": "hard", "3": "good", "4": "easy"}
QUESTION_KEYS = "hnlmefsbuq"
VERDICT_KEYS = "nlmefsbuq"
# Options and steps are picked by single digits, so more than nine are typed as a line.
MAX_DIGITS = 9


class EndOfInputError(Exception):
    """Ctrl-D, or a terminal that went away."""


class Terminal:
    """The conversation as a person has it. `edit` opens a card in the editor and says whether it was changed; it is
    told the key that opens it again."""

    def __init__(self, say: Phrases, *, plain_formulas: bool, edit: Callable[[str, str], bool]) -> None:
        self.answered = 0
        self._say = say
        self._plain_formulas = plain_formulas
        self._edit = edit
        self._raw = False
        self._cram = False
        self._session: Event = {}
        self._shown: Event | None = None
        self._ticked = False
        self._greeted = False
        self._dumb = dumb = os.environ.get("TERM") in ("dumb", "unknown")
        self._console = Console(markup=False, emoji=False, highlight=False)
        self._keyboard = Keyboard(sys.stdout, dumb=dumb, width=width)

    def run(self, conversation: Generator[Event, Any, None]) -> None:
        """Until the conversation ends; raises KeyboardInterrupt on Ctrl-C, with the terminal as it was found."""
        given: Action | None = None
        with self._keyboard:
            try:
                while True:
                    event = conversation.send(given)
                    self._show(event)
                    given = self._answer(event) if event.get("expects") else None
            except StopIteration:
                return

    def _answer(self, event: Event) -> Action | None:
        if self._shown is None:
            # Nothing was asked, so there is nothing to undo: the shell comes back at once.
            return None
        try:
            return self._ask(self._shown)
        except EndOfInputError:
            return None

    # Showing

    @property
    def _page(self) -> Page:
        card_language = self._shown.get("language") if self._shown else None
        plain = self._plain_formulas
        return Page(
            self._say,
            width(),
            raw=self._raw,
            plain=plain,
            card_language=card_language,
            pictures=not (plain or self._dumb),
        )

    def _print(self, lines: Iterable[Text]) -> None:
        margin = " " * self._page.margin
        for line in lines:
            self._console.print(Text(margin) + line if line.plain else line, soft_wrap=True)

    def _remark(self, entered: str) -> None:
        self._print(self._page.remark(entered))

    def _show(self, event: Event) -> None:
        match event["event"]:
            case "session":
                self._session, self._cram = event, event["cram"]
                if self._cram:
                    self._remark(self._say("cram"))
            case "question":
                self._shown, self._ticked = event, False
                if not self._greeted:
                    self._greeted = True
                    self._remark(self._say("greeting"))
                self._print(self._page.question(event))
            case "verdict":
                self._show_verdict(event)
            case "hint":
                self._print(self._page.hint(event))
            case "recorded":
                self.answered += 1
                self._print(self._page.recorded(event))
                if event["kind"] == "cram" and not self._cram:
                    self._remark(self._say("kept as cram"))
            case "done":
                self._remark(self._say(event["command"]))
            case "undone":
                self._show_undone(event)
            case "summary":
                self._show_summary(event)
            case "error":
                self._remark(event["message"])
            case unknown:
                raise ValueError(f"no such event: {unknown}")

    def _show_verdict(self, event: Event) -> None:
        before, self._shown = self._shown, event
        again = before is not None and before["event"] == "verdict" and before["language"] == event["language"]
        if not (again and self._ticked):
            self._print(self._page.verdict(event))

    def _show_undone(self, event: Event) -> None:
        if event["id"] is None:
            self._remark(self._say("nothing to undo"))
        else:
            self.answered -= event["kind"] in ("review", "cram")
            self._remark(self._say("undone", kind=self._say(event["kind"]), card=event["card"]))

    def _show_summary(self, event: Event) -> None:
        if self._shown is None:
            self._print(self._page.nothing_to_ask(self._session, event))
        else:
            self._print(self._page.summary(event))
            self._shown = event

    def _show_again(self) -> None:
        event = self._shown
        if event is not None:
            self._print(self._page.question(event) if event["event"] == "question" else self._page.verdict(event))

    # Asking

    def _ask(self, event: Event) -> Action:
        if event["event"] == "summary":
            return self._ask_at_end()
        if event["event"] == "verdict":
            return self._ask_ticks(event) if event["points"] and not self._ticked else self._ask_rating(event)
        kind: Kind = event["kind"]
        match kind:
            case "open":
                self._remark(self._say("open prompt"))
                return self._typed([self._prompt()], event, empty="")
            case "numeric":
                return self._typed(self._page.quantities(event), event)
            case "cloze":
                return self._typed(self._page.holes(event), event)
            case "choice":
                several = event["several"]
                self._remark(self._say("several prompt" if several else "choice prompt"))
                return self._picked(event, len(event["options"]), most=None if several else 1)
            case "order":
                self._remark(self._say("order prompt"))
                return self._picked(event, len(event["steps"]), most=None)

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
        self._console.print(Text(" " * self._page.margin) + (Text(prompt) if isinstance(prompt, str) else prompt),
                            end="", soft_wrap=True)  # fmt: skip
        key = self._keyboard.key()
        if not self._keyboard.dumb:
            self._console.file.write(f"\x1b[{above}A\r\x1b[J" if above else "\r\x1b[K")
        if key is None:
            raise EndOfInputError
        if key == ":" and not self._keyboard.dumb:
            entered = plain((self._keyboard.line(" " * self._page.margin + "> ", begun=":") or "").strip())
            key = ":" + entered.removeprefix(":") if entered else "nothing"
        return key.lower()

    def _typed(self, prompts: Sequence[str], event: Event, empty: str | None = None) -> Action:
        """One line for each prompt; what an empty one means is `empty`, or, asked twice, that it is not known."""
        warned = False
        given: list[str] = []
        while True:
            line = self._line(prompts[len(given)])
            entered = plain(line.strip())
            if entered.lower() == ":u" and given:
                # What was typed last is what is undone.
                given.pop()
            elif entered == "?" or is_command(entered):
                words = self._command(":" + entered.removeprefix(":"), event, "keys typed")
                if words is not None:
                    return words
            else:
                given.append(line.strip())
            if len(given) == len(prompts):
                if empty is not None or any(given):
                    return {"reply": given[0] if len(given) == 1 else given}
                if warned:
                    return {"reply": None}
                warned, given = True, []
                self._remark(self._say("give up"))

    def _picked(self, event: Event, count: int, most: int | None) -> Action:
        """Digits in the order in which they are pressed; with `most` 1 the first one is the reply."""
        if count > MAX_DIGITS or self._keyboard.dumb:
            return self._typed([self._prompt()], event)
        digits: list[str] = []
        warned = False
        while True:
            key = self._key("> " + " ".join(digits))
            if key in ("enter", " "):
                if digits:
                    return self._echo({"reply": [int(digit) for digit in digits]}, digits)
                if warned:
                    return {"reply": None}
                warned = True
                self._remark(self._say("give up"))
            elif key == "backspace":
                digits = digits[:-1]
            elif key.isdigit() and 1 <= int(key) <= count:
                digits = [digit for digit in digits if digit != key] if key in digits else [*digits, key]
                if len(digits) == most:
                    return self._echo({"reply": int(key)}, digits)
            elif (words := self._command(key, event, "keys pick")) is not None:
                return words

    def _echo(self, words: Action, digits: Sequence[str]) -> Action:
        self._print([Text("> " + " ".join(digits))])
        return words

    def _ask_ticks(self, event: Event) -> Action:
        """Points are ticked here and sent together; then the rating is asked with the suggestion they give."""
        self._print(self._page.points(event))
        self._remark(self._say("tick prompt"))
        ticks = {number for number, point in enumerate(event["points"], 1) if point["ticked"]}
        while True:
            key = self._key(self._page.ticks(ticks, len(event["points"])))
            if key in ("enter", " "):
                self._print([self._page.ticks(ticks, len(event["points"]))])
                self._ticked = True
                return {"ticks": sorted(ticks)}
            for digit in key if key.isdigit() else "":
                if 1 <= int(digit) <= len(event["points"]):
                    ticks ^= {int(digit)}
            if not key.isdigit() and (words := self._command(key, event, "keys tick")) is not None:
                return words

    def _ask_rating(self, event: Event) -> Action:
        while True:
            *before, last = self._page.ratings(event)
            self._print(before)
            key = self._key(last + Text("  > "), above=len(before))
            if key in ("enter", " "):
                return {"rating": "suggested"}
            if key in RATINGS:
                return {"rating": RATINGS[key]}
            if (words := self._command(key, event, "keys rate")) is not None:
                return words

    def _ask_at_end(self) -> Action:
        while True:
            key = self._key(Text(self._say("end prompt") + " ", "dim")).removeprefix(":")
            if key == "u":
                return {"command": "undo"}
            if key in ("enter", "q", " ", "escape"):
                return {"command": "quit"}

    def _command(self, entered: str, event: Event, lead: str) -> Action | None:
        """What a key, or a colon and a key, stands for; None when it was dealt with here."""
        keys = QUESTION_KEYS if event["event"] == "question" else VERDICT_KEYS
        typed, key = lead == "keys typed", entered.lower()
        if colon := entered.startswith(":"):
            key = key[1:].strip() or "?"
        if key == "?":
            self._print(self._page.keys(keys, self._say(lead), before=":" if typed else ""))
        elif key == "m":
            self._raw = not self._raw
            self._show_again()
        elif key == "e":
            return self._edited(event, ":e" if typed else "e")
        elif len(key) == 1 and key in keys:
            return {"command": COMMANDS[key]}
        elif colon:
            self._remark(self._say("no command", entered=key))
        elif len(key) == 1:
            self._remark(self._say("not a key", key=key))
        return None

    def _edited(self, event: Event, key: str) -> Action | None:
        try:
            with self._keyboard.handed_over():
                changed = self._edit(event["card"], key)
        except DlquizError as error:
            # The card is as it was, and so is the session.
            for line in str(error).split("\n"):
                self._remark(line)
            return None
        self._remark(self._say("edited" if changed else "not edited"))
        return {"command": "reload"} if changed else None


def is_command(entered: str) -> bool:
    """Whether a typed line is meant for the program: a colon and one sign, or a colon and a word. All else that begins
    with a colon may be an answer.

    >>> [is_command(entered) for entered in (":u", ":", ":zz", ":wq!", ":-1", ": it keeps the size", "u")]
    [True, True, True, True, False, False, False]
    """
    word = entered[1:].removesuffix("!")
    return entered.startswith(":") and (len(entered) <= 2 or (word.isascii() and word.isalpha()))


def width() -> int:
    """How many columns the terminal has now; it may be resized at any time."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
