"""The front ends of a conversation: a terminal with keys, and JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.cli.frontends.terminal import Terminal
    from dlquiz.session.context import SessionContext
    from dlquiz.session.conversation import Conversation
    from dlquiz.settings import Settings


def run(
    conversation: Conversation,
    context: SessionContext,
    settings: Settings,
    *,
    as_json: bool,
    terminal: Callable[[SessionContext, Settings], Terminal] | None = None,
) -> None:
    """Carry a conversation to its end, as JSON lines or in the terminal: that of study, unless another one is given."""
    from contextlib import closing

    from dlquiz.session.conversation import converse

    with closing(converse(conversation)) as events:
        if as_json:
            from dlquiz.cli.frontends import jsonlines

            jsonlines.run(events)
            return
        front_end = (terminal or study_terminal)(context, settings)
        try:
            front_end.run(events)
        except KeyboardInterrupt:
            if front_end.answered:
                from dlquiz.messages.study import Phrases

                name = "kept one" if front_end.answered == 1 else "kept"
                print(Phrases(settings.language)(name, answered=front_end.answered), file=sys.stderr)
            raise


def study_terminal(context: SessionContext, settings: Settings) -> Terminal:
    """The terminal of study, where cards can be edited."""
    from dlquiz.cli.frontends.edit_card import edit
    from dlquiz.cli.frontends.terminal import Terminal
    from dlquiz.messages.study import Phrases

    def name_of(card: str) -> str:
        from dlquiz.render.card_table import readable_name

        return readable_name(card, context.bank.card(card), settings.language)

    terminal = Terminal(
        Phrases(settings.language),
        plain_formulas=settings.plain,
        edit=lambda card, key: edit(card, context.reopen, settings, key),
    )
    terminal.titles = {row.name: row.title for row in context.bank.decks()}
    terminal.name_of = name_of
    return terminal
