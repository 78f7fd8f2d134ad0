"""A verdict alone on the terminal, as `dlquiz bank try` prints it."""

from __future__ import annotations

from shutil import get_terminal_size

from rich.console import Console

from dlquiz.cards import Language
from dlquiz.messages.study import Phrases
from dlquiz.render.layout import MAX_WIDTH
from dlquiz.render.study import StudyPage
from dlquiz.session.events import VerdictEvent


def print_verdict(event: VerdictEvent, language: Language) -> None:
    """Outcome and solution, points with the words that speak for them, and the suggested rating."""
    width = min(get_terminal_size().columns, MAX_WIDTH)
    page = StudyPage(Phrases(language), width, card_language=event.language)
    console = Console(markup=False, emoji=False, highlight=False, width=width)
    lines = [*page.verdict(event), *page.points(event)]
    for line in (*lines[1:], *page.remark(page.say("suggested", rating=page.say(event.suggested.label)))):
        console.print(line)
