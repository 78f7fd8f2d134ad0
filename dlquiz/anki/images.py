"""The pictures that cards show: found beside the card's file, named by what is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dlquiz.cards import Card, Language
from dlquiz.files import LARGEST_PICTURE, PICTURE_SUFFIXES
from dlquiz.markup.html import FindImage

# The description of a figure and its language → HTML that shows it, "" where it cannot be drawn.
DrawFigure = Callable[[Mapping[str, Any], Language], str]


class Images:
    """The media of a package as they are met; `missing` says which pictures of which cards were not found."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.missing: list[str] = []

    def add(self, data: bytes, suffix: str) -> str:
        """Keep a picture, and say under which name a field refers to it."""
        name = f"dlq-{sha256(data).hexdigest()[:12]}{suffix}"
        self.files[name] = data
        return name

    def of(self, card: Card) -> FindImage:
        """The pictures that a card's text may name, relative to the card's file."""

        def find(address: str, alt: str) -> str | None:
            if "://" in address or address.startswith("data:"):
                return None
            data = _read(card, address)
            if data is None:
                self.missing.append(f"{card.id}: {address}")
                return None
            name = self.add(data, Path(address).suffix.lower())
            return f'<img src="{name}" alt="{escape(alt)}">'

        return find

    def drawn(self, card: Card) -> DrawFigure:
        """The card's figure as a picture of its own, on white ground as the look of the note type has pictures."""

        def draw(description: Mapping[str, Any], language: Language) -> str:
            from dlquiz import figures

            try:
                figure = figures.figure(description, language)
            except figures.FigureError as error:
                self.missing.append(f"{card.id}: {error.message}")
                return ""
            name = self.add(figures.svg(figure, "light").encode(), ".svg")
            return f'<img src="{name}" alt="{escape(figure.alternative)}">'

        return draw


def _read(card: Card, address: str) -> bytes | None:
    if card.place is None or Path(address).suffix.lower() not in PICTURE_SUFFIXES:
        return None
    directory = Path(card.place.file).parent.resolve()
    try:
        path = (directory / unquote(address)).resolve()
        # A bank that somebody else wrote must not take pictures from elsewhere on this computer into a package.
        if not path.is_relative_to(directory):
            return None
        return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST_PICTURE else None
    except (OSError, ValueError):
        return None
