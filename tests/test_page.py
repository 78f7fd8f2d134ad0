"""Pages that stand alone: formulas as MathML, nothing from outside, well formed whatever was typed."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import command, compiled_questions, environment, next_line, run_in, write_bank

from dlquiz import bank, markup
from dlquiz.kinds import kind_of
from dlquiz.kinds.view import card_view
from dlquiz.markup import Passage

pytest.importorskip("latex2mathml", reason="pages need it")
from dlquiz.render.pages import page

# Elements of HTML that have no end.
VOID = {"meta", "img", "br", "hr"}


class Reader(HTMLParser):
    """Checks that every element is closed in its place, and that nothing is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "iframe", "link", "object", "base"), tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name in ("src", "href", "action", "data", "srcset"):
                assert (value or "").startswith(("data:image/svg+xml;base64,", "http") if tag == "a" else "data:"), (
                    value
                )
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content, as in SVG."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"{tag} is not open"
        assert self.open.pop() == tag, f"{tag} is closed inside another element"

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> str:
    """The words of a page or a part of it, after the checks."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    assert "url(" not in text
    assert "@import" not in text
    return reader.text


def formulas(passages: tuple[Passage, ...]) -> set[str]:
    found = {span.text for passage in passages for span in passage.spans if "math" in span.style}
    return found.union(*(formulas(passage.children) for passage in passages)) if passages else found


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The formulas of a card in seven of the shipped ones, in both languages."""
    found: set[str] = set()
    with bank.open_bank([bank.shipped_questions()], compiled_questions()) as questions:
        for card in questions.cards(questions.ids()[::7]):
            view = card_view(card, "en", kind_of(card.body).fixed(card.body, card.id))
            for text in (view.question, view.answer, view.pitfall, *(point.text for point in view.points)):
                found |= formulas(markup.blocks(text or ""))
    return found


def test_every_formula_of_the_shipped_cards_is_mathml(shipped: set[str]) -> None:
    assert len(shipped) > 100
    for latex in shipped:
        written = page.formula(latex)
        tree = ElementTree.fromstring(written)
        assert tree.tag == "{http://www.w3.org/1998/Math/MathML}math", latex
        assert "\\" not in "".join(tree.itertext()), latex


@pytest.mark.parametrize(
    "latex", [r"\frac{1", r"\left(", "}", r"\sqrt", "a_b_c", r"\begin{x}", r"\text{<script>}", "&"]
)
def test_what_is_no_formula_stays_readable(latex: str) -> None:
    written = page.formula(latex)
    read(written)
    assert written.startswith(("<math", "<code>"))


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\ln 512", "ln⁡_512"),
        (r"\log\log y", "log⁡_log⁡_y"),
        (r"2\log_2 n", "2_log2⁡_n"),
        (r"a\exp(-x) - \log p", "a_exp⁡(−x)−log⁡_p"),
        (r"\exp\left(x\right)\max_i x", "exp⁡(x)_maxi⁡_x"),
        (r"x\,\sin^2 x", "x_sin2⁡_x"),
    ],
)
def test_names_of_functions_are_applied_and_set_apart(latex: str, expected: str) -> None:
    """A thin space stands here as _, and the sign of function application after each name."""
    tree = ElementTree.fromstring(page.formula(latex))
    assert "".join("_" if one.tag.endswith("mspace") else one.text or "" for one in tree.iter()) == expected


def test_text_in_a_formula_is_no_markup() -> None:
    assert page.formula(r"\text{<b>}").endswith("<mrow><mtext>&lt;b&gt;</mtext></mrow></math>")
    assert page.prose("**at most** $n < 5$").startswith("<b>at most</b> <math ")
    assert "output_padding" in page.formula(r"\text{output\_padding}")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_well_formed(text: str) -> None:
    read(page.prose(text))


def test_a_document_says_its_language_and_title() -> None:
    text = page.document("a < b", "<p>x</p>", "zh")
    assert '<html lang="zh-CN">' in text
    assert "<title>a &lt; b</title>" in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    read(text)


def test_a_figure_is_an_image_with_words() -> None:
    written = page.figure({"kind": "receptive-field", "layers": [[3, 1], [3, 2]]}, "en")
    assert 'alt="receptive field after each layer: 3, 5"' in written
    read(written)
    assert page.figure({"kind": "nothing"}, "en") == ""


# The report on an interview


def interviewed(home: Path, language: str) -> str:
    """A report as a page, after an interview in which something hostile was typed."""
    write_bank(home / "questions")
    replies: dict[str, Any] = {"open": "<script>alert(1)</script> & same size", "choice": [1], "cloze": ["<b>", "x"],
                               "order": [1, 2, 3, 4], "numeric": "7"}  # fmt: skip
    arguments = command("interview", "--json", "--deck", "small", "--lang", language, "--seed", "4")
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe, text=True, env=environment(home)) as started:
        assert started.stdin is not None
        while line := next_line(started):
            event = json.loads(line)
            if not event.get("expects"):
                continue
            given: dict[str, Any] = {"command": "quit"}
            if event["event"] == "question":
                given = {"reply": replies[event["kind"]], "seconds": 30}
            elif event["event"] == "verdict":
                given = {"rating": "suggested"}
            started.stdin.write(json.dumps(given) + "\n")
            started.stdin.flush()
    assert started.returncode == 0
    code, output, errors = run_in(home, "interview", "show", "--html", "--lang", language)
    assert code == 0, errors
    return output


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_of_an_interview_as_a_page(tmp_path: Path, language: str) -> None:
    text = interviewed(tmp_path, language)
    words = read(text)
    assert "<script>alert(1)</script> & same size" in words, "what was typed is shown, and does nothing"
    assert text.count("<article") == 6
    assert text.count("<math") >= 3
    assert re.search(r"\d+%" if language == "zh" else r"\d+ %", words)
    assert ("答对" if language == "zh" else "right") in words
    svg_parts = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(svg_parts) == 2
    for part in svg_parts:
        ElementTree.fromstring(part)
