"""The front ends of a conversation: a terminal with keys, and JSON lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.session.context import SessionContext
    from dlquiz.session.conversation import Conversation
    from dlquiz.settings import Settings


def run(conversation: Conversation, context: SessionContext, settings: Settings, *, as_json: bool) -> None:
    """Carry a conversation to its end, as JSON lines or in the terminal."""
    from contextlib import closing

    from dlquiz.session.conversation import converse

    with closing(converse(conversation)) as events:
        if as_json:
            from dlquiz.cli.frontends import jsonlines

            jsonlines.run(events)
            return
        from dlquiz.cli.frontends.edit_card import edit
        from dlquiz.cli.frontends.terminal import Terminal
        from dlquiz.render.i18n import Phrases

        say = Phrases(settings.language)
        terminal = Terminal(
            say, plain_formulas=settings.plain, edit=lambda card, key: edit(card, context.reopen, settings, key)
        )
        try:
            terminal.run(events)
        except KeyboardInterrupt:
            if terminal.answered:
                print(say("kept", answered=terminal.answered), file=sys.stderr)
            raise
