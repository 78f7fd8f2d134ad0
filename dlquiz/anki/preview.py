"""Cards as Anki will show them, front and back, as one page that needs nothing beside it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape, unescape

from dlquiz import markup
from dlquiz.anki import card_html
from dlquiz.anki.images import Images
from dlquiz.anki.package.notetypes import CSS, FIELDS, notetypes
from dlquiz.cards import Cloze, Language

_SECTION = re.compile(r"\{\{#(\w+)\}\}(.*?)\{\{/\1\}\}", re.DOTALL)
_FIELD = re.compile(r"\{\{(cloze:|type:)?(\w+)\}\}")
_HOLE = re.compile(r"\{\{c1::(.*?)(?:::(\d*))?\}\}(?!\})", re.DOTALL)
# Colours a hole inside a formula; here nothing does.
_CLASS = re.compile(r"\\class\{cloze\}")
_FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
_MEDIA = re.compile(r'(?<=src=")dlq-[0-9a-f]+\.(\w+)(?=")')
_TYPES = {"svg": "svg+xml", "jpg": "jpeg"}
_LOOK = """
body { margin: 0; } .card + .card { border-top: 6px solid #d0d7de; }
.formula { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Serif", serif;
  white-space: nowrap; }
pre.formula { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; line-height: 1.15;
  overflow-x: auto; white-space: pre; margin: .6em 0; }
"""


def page(exported_cards: Sequence[card_html.ExportedCard], languages: Sequence[Language]) -> str:
    """The cards on one HTML page. Anki sets formulas with MathJax; here they are in Unicode, as in a terminal."""
    sides = "".join(_card(exported, languages) for exported in exported_cards)
    title = escape(", ".join(exported.key for exported in exported_cards))
    return (
        f'<!doctype html>\n<html lang="{languages[0]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{CSS}{_LOOK}</style></head><body>\n{sides}</body></html>\n"
    )


def _card(exported: card_html.ExportedCard, languages: Sequence[Language]) -> str:
    images = Images()
    filled = card_html.fields(exported, languages, images.of(exported.card), images.drawn(exported.card))
    values = dict(zip(FIELDS, filled, strict=True))
    face = notetypes()[isinstance(exported.card.body, Cloze)]["tmpls"][0]
    sides = "".join(
        f'<div class="card {name}">{_filled(face[template], values, name == "back")}</div>\n'
        for name, template in (("front", "qfmt"), ("back", "afmt"))
    )
    return _MEDIA.sub(lambda match: _inside(images.files[match.group()], match[1]), _typeset(sides))


def _filled(template: str, values: Mapping[str, str], back: bool) -> str:
    """A template of Anki's with its fields, sections of empty ones left out."""
    rendered, inner = template, 1
    while inner:
        rendered, inner = _SECTION.subn(lambda match: match[2] if values[match[1]] else "", rendered)
    return _FIELD.sub(lambda match: _field(match[1], values[match[2]], back), rendered)


def _field(filter_name: str | None, value: str, back: bool) -> str:
    """A field through Anki's filter: holes, or a box to type into, on whose back the answer stands."""
    match filter_name:
        case "cloze:":
            return _holes(value, back)
        case "type:":
            return f'<code id="typeans">{value}</code>' if back else '<input id="typeans" aria-label="answer">'
        case _:
            return value


def _holes(field: str, back: bool) -> str:
    """The holes of a cloze open in front and filled behind; inside a formula without marks of HTML."""

    def within(match: re.Match[str]) -> str:
        return _HOLE.sub(lambda hole: hole[1] if back else f"@{{{hole[2] or 1}}}", match.group())

    def outside(hole: re.Match[str]) -> str:
        return f'<span class="cloze">{hole[1] if back else "[" + (hole[2] or "...") + "]"}</span>'

    # A hole may hold a whole formula, and a formula holes.
    return _HOLE.sub(outside, re.sub(r"(?<!::)\\\((?:(?!\\\)).)*\\\)|\\\[.*?\\\]", within, field, flags=re.DOTALL))


def _typeset(html: str) -> str:
    plain = _CLASS.sub("", html)
    return _FORMULA.sub(lambda match: _inline(match[1]) if match[1] is not None else _display(match[2]), plain)


def _inline(latex: str) -> str:
    source = unescape(latex)
    try:
        return f'<span class="formula">{escape(markup.inline(source))}</span>'
    except markup.MathError:
        return f"<code>{escape(source)}</code>"


def _display(latex: str) -> str:
    source = unescape(latex)
    try:
        drawn = "\n".join(markup.display(source).rows)
        return f'<pre class="formula">{escape(drawn)}</pre>'
    except markup.MathError:
        return f"<code>{escape(source)}</code>"


def _inside(data: bytes, suffix: str) -> str:
    return f"data:image/{_TYPES.get(suffix, suffix)};base64,{b64encode(data).decode()}"
