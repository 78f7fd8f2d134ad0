"""Pages that stand alone: one HTML file without scripts or outside parts, light and dark, printable.

Formulas are MathML, which browsers draw themselves; figures are SVG inside the page.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from html import escape, unescape

from dlquiz.cards import Language
from dlquiz.errors import DlquizError
from dlquiz.markup import html
from dlquiz.render.pages.function_spacing import space_functions

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --ground: #fff; --card: #f6f8fa; --line: #d0d7de;
  --right: #116329; --wrong: #a40e26; --bar: #0072b2; --range: #9cc9e8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9aa4ae; --ground: #14171b; --card: #1d2127;
  --line: #3a4149; --right: #57c76d; --wrong: #ff8182; --bar: #56b4e9; --range: #2c4f68; } }
@media print { :root { color-scheme: light; --ink: #000; --quiet: #444; --ground: #fff; --card: #fff; --line: #bbb;
  --right: #116329; --wrong: #a40e26; --bar: #0072b2; --range: #9cc9e8; }
  body { max-width: none; margin: 0; font-size: 10.5pt; } article, tr, li { break-inside: avoid; }
  h2, h3 { break-after: avoid; } }
* { box-sizing: border-box; }
body { background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans CJK SC",
  "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
h3 { font-size: 1rem; margin: 0 0 .3rem; } p { margin: .5rem 0; } ul, ol { margin: .4rem 0; padding-left: 1.6rem; }
code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .92em; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem; overflow-x: auto; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem .7rem .2rem 0; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line);
  border-radius: 6px; padding: .8rem 1rem; margin: 1rem 0; overflow-x: auto; }
article.right { border-left-color: var(--right); } article.wrong { border-left-color: var(--wrong); }
.right > .mark { color: var(--right); } .wrong > .mark { color: var(--wrong); }
.quiet, .why { color: var(--quiet); font-size: .92em; } .why { display: block; }
.big { font-size: 2.2rem; font-weight: 650; line-height: 1.2; } .label { font-weight: 700; margin: .6rem 0 .1rem; }
.points { list-style: none; padding-left: .4rem; } .deeper { margin-left: 1.4rem; } math { font-size: 1.05em; }
.unbroken { white-space: nowrap; }
math[display=block] { margin: .5rem 0; overflow-x: auto; }
figure { margin: .8rem 0; } img, svg { max-width: 100%; height: auto; } img { border-radius: 6px; }
"""
_HOLE = re.compile(r"@\{(\d{1,2})\}")
# The backslash before a sign that LaTeX would otherwise act on.
_ESCAPED = re.compile(r"\\(?=[_%#&{}$])")


def document(title: str, body: str, language: Language) -> str:
    """The whole page; `title` is plain text, `body` HTML."""
    tag = "zh-CN" if language == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def prose(markdown: str, image: html.FindImage | None = None) -> str:
    """Card text as HTML with its formulas as MathML; a hole is an empty box with its number."""
    return html.render(markdown, formula, lambda number, in_formula: f"▢<sub>{number}</sub>", image)


def formula(latex: str, displayed: bool = False) -> str:
    """LaTeX as MathML; as source where it cannot be read."""
    from xml.etree.ElementTree import tostring

    try:
        from latex2mathml.converter import convert_to_element
    except ImportError as error:
        raise DlquizError("pages need the package latex2mathml", fix="install dlquiz again with pip") from error

    shown = _HOLE.sub(r"{\\square_{\1}}", latex)
    try:
        tree = convert_to_element(shown, display="block" if displayed else "inline")
    except Exception:
        # The library's errors have no common base; none of them is worth the page.
        return f"<code>{escape(latex)}</code>"
    for element in tree.iter():
        # The library writes signs as references, and leaves what stands in \text as it was typed.
        element.text = _ESCAPED.sub("", unescape(element.text)) if element.text else element.text
    space_functions(tree)
    return tostring(tree, encoding="unicode")


def figure(description: Mapping[str, object], language: Language) -> str:
    """A card's figure as an image inside the page; nothing for a description that is wrong."""
    from dlquiz import figures

    try:
        drawn = figures.figure(description, language)
    except figures.FigureError:
        return ""
    return f"<figure>{picture(figures.svg(drawn), drawn.alternative)}</figure>"


def picture(svg: str, words: str) -> str:
    """An SVG document as an image: its own style stays inside, and `words` say what it shows."""
    data = b64encode(svg.encode()).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words)}">'
