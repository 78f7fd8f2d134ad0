"""The two note types: frozen fields, templates, and a look for light, dark and phones. Nothing here is a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlquiz.anki.guid import BASIC, CLOZE, DECK, part

# Frozen: no field is ever renamed without keeping its number, moved or taken away; the reserve is for what comes.
FIELDS = (
    "Key", "Question", "Answer", "Extra", "Question_2", "Answer_2", "Extra_2", "Hint", "Hint_2", "Source", "Context",
    "Language", "Language_2", "Language_2_name", "Reserved1", "Reserved2", "Reserved3", "Reserved4", "Reserved5",
)  # fmt: skip
SORT_FIELD = FIELDS.index("Question")
# The first of the reserve holds what is typed in, where Anki can compare it.
TYPED = "Reserved1"

_QUESTION = """\
<div class="dlq" lang="{{Language}}">
{{#Context}}<div class="context">{{Context}}</div>{{/Context}}
<div class="question">{{Question}}</div>
{{#Hint}}<div class="hint">{{Hint}}</div>{{/Hint}}
{{#Reserved1}}<div class="typed">{{type:Reserved1}}</div>{{/Reserved1}}
</div>
"""
_OTHER_QUESTION = """\
{{#Question_2}}
<details class="dlq other" lang="{{Language_2}}"><summary>{{Language_2_name}}</summary>
<div class="question">{{Question_2}}</div>
{{#Hint_2}}<div class="hint">{{Hint_2}}</div>{{/Hint_2}}
</details>
{{/Question_2}}
"""
# Behind, the solution shows options and steps itself, and a hint is late.
_SOLUTION = """\
<div class="dlq" lang="{{Language}}">
{{#Context}}<div class="context">{{Context}}</div>{{/Context}}
<div class="question answered">{{Question}}</div>
</div>
<hr id=answer>
<div class="dlq" lang="{{Language}}">
{{#Reserved1}}<div class="typed">{{type:Reserved1}}</div>{{/Reserved1}}
{{#Answer}}<div class="answer">{{Answer}}</div>{{/Answer}}
{{#Extra}}<div class="extra">{{Extra}}</div>{{/Extra}}
</div>
{{#Question_2}}
<details class="dlq other" lang="{{Language_2}}"><summary>{{Language_2_name}}</summary>
<div class="question answered">{{Question_2}}</div>
{{#Answer_2}}<div class="answer">{{Answer_2}}</div>{{/Answer_2}}
{{#Extra_2}}<div class="extra">{{Extra_2}}</div>{{/Extra_2}}
</details>
{{/Question_2}}
{{#Source}}<div class="dlq source">{{Source}}</div>{{/Source}}
"""

# `told` is the name of `explanation` in notes of older packages.
CSS = """\
.card { margin: 0; padding: 0 16px 24px; font-size: 18px; line-height: 1.55; text-align: left;
  color: #1f2328; background: #fff; overflow-wrap: break-word;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Noto Sans CJK SC",
    "Noto Sans SC", "Microsoft YaHei", sans-serif; }
.dlq { max-width: 42rem; margin: 0 auto; }
.context { margin: 14px 0 10px; font-size: 13px; color: #6a737d; }
.question { font-size: 1.08em; margin: 10px 0; }
.answer, .extra { margin: 10px 0; }
#answer { max-width: 42rem; margin: 18px auto; border: 0; border-top: 1px solid #d0d7de; }
p { margin: .5em 0; }
p:first-child { margin-top: 0; }
h4 { margin: .8em 0 .3em; font-size: 1em; }
ul, ol { margin: .5em 0; padding-left: 1.7em; }
li { margin: .3em 0; }
li.right { color: #116329; font-weight: 600; }
.answered .options, .answered .steps { display: none; }
.mark { font-weight: 600; }
li.wrong .mark { color: #b35900; }
.why { display: block; font-weight: 400; font-size: .9em; color: #57606a; }
.label { margin: 1em 0 .2em; font-size: 13px; font-weight: 600; color: #57606a; }
.explanation, .told { margin-top: .8em; }
.unbroken { white-space: nowrap; }
.result { font-size: 1.15em; font-weight: 600; }
.note { font-size: .9em; color: #57606a; margin: .5em 0; }
.pitfall { margin: 14px 0; padding: 8px 12px; border-left: 3px solid #bf8700; background: #fff8c5; border-radius: 4px; }
.pitfall .label { margin-top: 0; }
.step { margin: .25em 0; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .86em; }
.step:has(mjx-container) { font-family: inherit; font-size: 1em; }
.step b { font-family: system-ui, sans-serif; }
.source { margin-top: 22px; font-size: 12px; color: #6a737d; }
.cloze { font-weight: 600; color: #0969da; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .88em; padding: .1em .3em;
  background: #eff1f3; border-radius: 4px; }
pre.code { margin: .7em 0; padding: 10px 12px; overflow-x: auto; white-space: pre; tab-size: 4; text-align: left;
  background: #f6f8fa; border-radius: 6px; line-height: 1.4; }
pre.code code { padding: 0; background: none; }
.code .k { color: #cf222e; } .code .s { color: #0a3069; } .code .c { color: #6e7781; font-style: italic; }
.code .m { color: #0550ae; } .code .n { color: #8250df; }
mjx-container { font-size: 106% !important; }
.display { overflow-x: auto; overflow-y: hidden; }
mjx-container[display="true"] { max-width: 100%; overflow-x: auto; overflow-y: hidden; }
table { border-collapse: collapse; margin: .7em 0; display: block; overflow-x: auto; }
th, td { padding: 4px 10px; border: 1px solid #d0d7de; text-align: left; }
th.right, td.right { text-align: right; } th.center, td.center { text-align: center; }
blockquote { margin: .6em 0; padding-left: .9em; border-left: 3px solid #d0d7de; color: #57606a; }
.typed { margin: 12px 0; max-width: 24rem; }
#typeans { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 1em; }
.figure { margin: .8em 0; }
img { box-sizing: border-box; max-width: 100% !important; height: auto !important; }
details { margin: 12px auto; }
summary { cursor: pointer; font-size: 13px; color: #57606a; }
a { color: #0969da; }
.mobile .card, .card.mobile { padding: 0 12px 24px; }
.nightMode.card, .night_mode.card, .card.ankidroid_dark_mode { color: #e6edf3; background: #1e1f22; }
.nightMode .context, .nightMode .why, .nightMode .label, .nightMode .note, .nightMode .source, .nightMode summary,
.nightMode blockquote, .night_mode .context, .night_mode .why, .night_mode .label, .night_mode .note,
.night_mode .source, .night_mode summary, .night_mode blockquote { color: #9198a1; }
.nightMode #answer, .nightMode th, .nightMode td, .nightMode blockquote, .night_mode #answer, .night_mode th,
.night_mode td, .night_mode blockquote { border-color: #3d444d; }
.nightMode li.right, .night_mode li.right { color: #56d364; }
.nightMode li.wrong .mark, .night_mode li.wrong .mark { color: #e3994f; }
.nightMode .cloze, .nightMode a, .night_mode .cloze, .night_mode a { color: #58a6ff; }
.nightMode code, .night_mode code { background: #2d3036; }
.nightMode pre.code, .night_mode pre.code { background: #26282c; }
.nightMode pre.code code, .night_mode pre.code code { background: none; }
.nightMode .pitfall, .night_mode .pitfall { background: #2f2a17; border-color: #d29922; }
.nightMode .code .k, .night_mode .code .k { color: #ff7b72; }
.nightMode .code .s, .night_mode .code .s { color: #a5d6ff; }
.nightMode .code .c, .night_mode .code .c { color: #8b949e; }
.nightMode .code .m, .night_mode .code .m { color: #79c0ff; }
.nightMode .code .n, .night_mode .code .n { color: #d2a8ff; }
.nightMode img, .night_mode img { background: #fff; padding: 4px; border-radius: 4px; }
.nightMode .figure img, .night_mode .figure img { filter: invert(.88) hue-rotate(180deg); }
"""


def notetypes() -> list[dict[str, Any]]:
    """Both note types as schema 11 keeps them, without the time of their last change."""
    front, back = _QUESTION + _OTHER_QUESTION, _SOLUTION
    return [
        _notetype(BASIC, "DLQuiz", _face("Card 1", front, back, 101), first_part=1),
        _notetype(CLOZE, "DLQuiz Cloze", _face("Cloze", _with_holes(front), _with_holes(back), 102), first_part=41),
    ]


def _with_holes(template: str) -> str:
    """The template of a cloze: its questions have holes in front, filled behind."""
    return template.replace(">{{Question", ">{{cloze:Question")


def _face(name: str, front: str, back: str, number: int) -> dict[str, Any]:
    """The template of a note type's only card."""
    return {
        "name": name,
        "ord": 0,
        "qfmt": front,
        "afmt": back,
        "bqfmt": "",
        "bafmt": "",
        "did": None,
        "bfont": "",
        "bsize": 0,
        "id": part(number),
    }


def _notetype(id: int, name: str, face: Mapping[str, Any], *, first_part: int) -> dict[str, Any]:
    fields = [
        {
            "name": field,
            "ord": number,
            "sticky": False,
            "rtl": False,
            "font": "Arial",
            "size": 20,
            "description": "",
            "plainText": False,
            "collapsed": number > 6,
            "excludeFromSearch": False,
            "id": part(first_part + number),
            "tag": None,
            "preventDeletion": False,
        }
        for number, field in enumerate(FIELDS)
    ]
    return {
        "id": id,
        "name": name,
        "type": 1 if id == CLOZE else 0,
        "mod": 0,
        "usn": -1,
        "sortf": SORT_FIELD,
        "did": DECK,
        "tmpls": [face],
        "flds": fields,
        "css": CSS,
        "latexPre": "",
        "latexPost": "",
        "latexsvg": False,
        "req": [[0, "any", [SORT_FIELD]]],
        "originalStockKind": 0,
        "tags": [],
        "vers": [],
    }
