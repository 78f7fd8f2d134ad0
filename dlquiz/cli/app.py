"""The table of commands: name → module and one line of help. A module is imported only when its command is called.

Each module has `app`, a `typer.Typer`: with one command it is that command, with several it is a group.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

# In the order in which `dlquiz --help` lists them: what is used most comes first.
COMMANDS: dict[str, tuple[str, str]] = {
    "study": ("dlquiz.cli.commands.study", "Answer the cards that gain most from being asked now."),
    "drill": ("dlquiz.cli.commands.drill", "Compute numbers, with fresh values every time, outside the schedule."),
    "calc": ("dlquiz.cli.calc", "Compute a layer: size, parameters, MACs, memory, field, with the working."),
    "bank": ("dlquiz.cli.commands.bank", "Look at the questions: check, list, show, search, new."),
    "history": ("dlquiz.cli.commands.history", "Show all answers to a card, and when it comes back."),
    "undo": ("dlquiz.cli.commands.undo", "Cancel the newest thing recorded, also days later."),
    "forget": ("dlquiz.cli.commands.forget", "Begin a card anew."),
    "export": ("dlquiz.cli.commands.export", "Take the cards elsewhere: Anki with all progress, CSV, JSON, Markdown."),
    "import": ("dlquiz.cli.commands.import_", "Bring back reviews made in Anki, or make a bank of an Anki deck."),
    "backup": ("dlquiz.cli.commands.backup", "Copy the log, now."),
    "merge": ("dlquiz.cli.commands.merge", "Take the answers of another machine's log."),
    "doctor": ("dlquiz.cli.commands.doctor", "Check the log, the states, the clock and the questions."),
    "config": ("dlquiz.cli.commands.config", "Show the settings and where each comes from, or set one."),
    "where": ("dlquiz.cli.commands.where", "Say where everything lies."),
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

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        # The names alone: typer takes its "did you mean" from here.
        self.commands = dict.fromkeys(self.table)  # type: ignore[assignment]

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
