"""A drill in a terminal: as study, but nothing is rated, so the next question follows its verdict at once."""

from __future__ import annotations

from dlquiz.cli.frontends.terminal import Event, Terminal, width
from dlquiz.render.drill import DrillPage


class DrillTerminal(Terminal):
    """Study's terminal with the pages of a drill."""

    @property
    def _page(self) -> DrillPage:
        card_language = self._shown.get("language") if self._shown else None
        return DrillPage(self._say, width(), raw=self._raw, plain=self._plain_formulas, card_language=card_language)

    def _show(self, event: Event) -> None:
        if event["event"] == "recorded":
            self.answered += 1
        elif event["event"] == "undone" and event["id"] is not None:
            self.answered -= 1
            super()._show({**event, "kind": "drill"})
        else:
            super()._show(event)

    def _show_summary(self, event: Event) -> None:
        self._print(self._page.summary(event))
        self._shown = event
