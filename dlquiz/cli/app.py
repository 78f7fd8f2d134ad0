"""The table of commands: name → module and one line of help. A module is imported only when its command is called.

Each module has `app`, a `typer.Typer`: with one command it is that command, with several it is a group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from dlquiz.cli.line_breaks import report_width
from dlquiz.errors import UsageError

NARROWEST_OF_TYPER = 50

# In the order in which `dlquiz --help` lists them: what is used most comes first.
COMMANDS: dict[str, tuple[str, str]] = {
    "study": ("dlquiz.cli.commands.study", "Study the cards that are due, and new ones."),
    "plan": ("dlquiz.cli.commands.plan", "Plan towards the date of an interview; show how ready you will be."),
    "interview": ("dlquiz.cli.commands.interview", "Rehearse: a timed mock interview, its review and a report."),
    "stats": ("dlquiz.cli.commands.stats", "Show days, forecast, retention, topics, mistakes and times."),
    "sheet": ("dlquiz.cli.commands.sheet", "Sum up what you missed, what is weakest, and the formulas."),
    "drill": ("dlquiz.cli.commands.drill", "Practise computed questions with fresh values, outside the schedule."),
    "calc": (
        "dlquiz.cli.calc.group",
        "Calculate sizes, parameters, MACs and memory of layers and networks, step by step.",
    ),
    "bank": ("dlquiz.cli.commands.bank", "Work with question banks: check, list, decks, tags, show, search, new."),
    "add": ("dlquiz.cli.commands.add", "Add a card of your own, in one line or in the editor."),
    "history": ("dlquiz.cli.commands.history", "Show today's answers, or a card's reviews and when it is due."),
    "optimise": ("dlquiz.cli.commands.optimise", "Fit the memory model to your own reviews, when that pays."),
    "undo": ("dlquiz.cli.commands.undo", "Undo the last recorded action, even days later."),
    "forget": ("dlquiz.cli.commands.forget", "Reset a card's progress."),
    "export": ("dlquiz.cli.commands.export", "Export cards: to Anki with all progress, CSV, JSON or Markdown."),
    "import": ("dlquiz.cli.commands.import_", "Import notes as cards, reviews made in Anki, or a deck of Anki."),
    "anki": ("dlquiz.cli.commands.anki", "Exchange reviews and schedules with the Anki on this computer."),
    "backup": ("dlquiz.cli.commands.backup", "Back up the review log."),
    "sync": ("dlquiz.cli.commands.sync", "Exchange reviews with other computers through a shared folder."),
    "merge": ("dlquiz.cli.commands.merge", "Merge the review log of another computer."),
    "doctor": ("dlquiz.cli.commands.doctor", "Check the review log, card states, clock and question banks."),
    "config": ("dlquiz.cli.commands.config", "Show the settings and where each comes from, or change one."),
    "where": ("dlquiz.cli.commands.where", "Show where files are stored."),
}


class PlainGroup(TyperGroup):
    """A group that tells the first sentence of each command whole: Typer would cut it."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        rows = [(name, self.commands[name].help or "") for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, " ".join(text.split("\n\n")[0].split())) for name, text in rows])


class LazyGroup(TyperGroup):
    """A group whose commands are built only when called, so that `--help` imports none of them.

    A group of its own sets `table` (name → module, line of help) and, where modules hold several commands, `build`.
    """

    table: ClassVar[Mapping[str, tuple[str, str]]] = COMMANDS

    @property
    def commands(self) -> MutableMapping[str, Any]:
        """The names alone: typer takes its "did you mean" from here."""
        return dict.fromkeys(self.table)

    @commands.setter
    def commands(self, commands: MutableMapping[str, Any]) -> None:
        """What typer collected from decorators: nothing, since commands are built when called."""

    def build(self, name: str) -> Any:
        return import_module(self.table[name][0]).app

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.table:
            return None
        command: Any = typer.main.get_command(self.build(cmd_name))
        command.name = cmd_name
        command.short_help = self.table[cmd_name][1]
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.table.items()])


# typer's own error for a command line that it cannot read: BadParameter is the one kind that typer makes public.
UnreadableLine: type[Exception] = typer.BadParameter.__mro__[1]


class RootGroup(LazyGroup):
    """`dlquiz` itself: what typer cannot read leaves as the program's own error, in the one format of all errors."""

    def make_context(self, info_name: Any, args: list[str], parent: Any = None, **extra: Any) -> Any:
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        try:
            return super().make_context(info_name, args, parent, **_narrow_help() | extra)
        except UnreadableLine as error:
            raise usage_error(error) from None

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UnreadableLine as error:
            raise usage_error(error) from None


def usage_error(error: Any) -> Exception:
    """What typer says of a command line as `what — fix`, the fix with the command whose help lists what there is.

    A group called alone shows its help: that stays as it is.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        found: Exception = error
        return found
    what, _, near = error.format_message().strip().partition(" Did you mean ")
    if unknown := _UNKNOWN_COMMAND.match(what):
        return _unknown_command(unknown[1], error.ctx)
    if possible := getattr(error, "possibilities", None):
        from dlquiz.suggest import matches

        what, near = error.message, " or ".join(matches(error.option_name, possible))
    for kind, plain in (("int", "a whole number"), ("float", "a number")):
        what = what.replace(f"a valid {kind} range", plain).replace(f"a valid {kind}", plain)
    what = _EXTRA.sub(_unexpected, _RANGE.sub(_in_words, what))
    fix = f"did you mean {near.rstrip('?')}?" if near else None
    if what.rstrip(".").endswith("requires an argument"):
        fix = "write its value after it"
    elif error.ctx is not None:
        if what.startswith("Missing ") and (example := _EXAMPLE.search(error.ctx.command.help or "")):
            fix = f"as in {example[1]};"
        fix = f"{fix + ' ' if fix else ''}see {error.ctx.command_path} --help"
    return UsageError(what[:1].lower() + what[1:].rstrip("."), fix=fix)


# The first example in the help of a command, without what is said of it.
_EXAMPLE = re.compile(r"^ *(dlquiz .+?)(?:  |$)", re.MULTILINE)
_UNKNOWN_COMMAND = re.compile(r"No such command '(.*)'\.")


def _unknown_command(name: str, context: Any) -> UsageError:
    from dlquiz.cli.other_names import instead
    from dlquiz.suggest import begun_or_near

    path, names = context.command_path, context.command.list_commands(context)
    fix = instead(path, name)
    if fix is None:
        near = " or ".join(begun_or_near(name, names))
        fix = f"{f'did you mean {near}? ' if near else ''}see {path} --help"
    return UsageError(f"no such command {name!r}", fix=fix)


_RANGE = re.compile(r"is not in the range (?:(\d+)<=x<=(\d+)|x>=(\d+)|x<=(\d+))")


def _in_words(found: re.Match[str]) -> str:
    """What typer writes as `4 is not in the range 1<=x<=3`."""
    low, high, least, most = found.groups()
    return f"is not from {low} to {high}" if low else f"is below {least}" if least else f"is above {most}"


_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((.*)\)", re.DOTALL)


def _unexpected(found: re.Match[str]) -> str:
    """What typer writes as `Got unexpected extra argument(s) (a b)`."""
    return f"unexpected argument{'s' if ' ' in found[1] else ''}: {found[1]}"


def _narrow_help() -> dict[str, int]:
    """The width of help texts where the terminal has less than the 50 columns that typer takes at least."""
    width = report_width() - 2
    return {"terminal_width": width} if width < NARROWEST_OF_TYPER else {}


def new_app(**settings: Any) -> typer.Typer:
    """A Typer with the settings every command shares: `-h`, plain help, no tracebacks drawn by rich."""
    shared: dict[str, Any] = {
        "cls": PlainGroup,
        "context_settings": {"help_option_names": ["-h", "--help"]},
        "rich_markup_mode": None,
        "pretty_exceptions_enable": False,
        "add_completion": False,
    }
    return typer.Typer(**shared | settings)
