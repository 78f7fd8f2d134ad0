"""Notes that are rearranged: whatever becomes of their sections, a card whose question is unique stays the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from dlquiz import bank
from dlquiz.notes import bank_file, sidecar
from dlquiz.notes.images import Pictures
from dlquiz.notes.keys import normalised, question_of
from dlquiz.notes.markdown.habits.names import HabitChoice
from dlquiz.notes.markdown.reading import ReadingOptions, read

OPTIONS = ReadingOptions(Pictures("images"), lambda path: None, HabitChoice(heading_levels=(4,)))

# A section, the question below it and its answer; few of each, so that many come again.
Part = tuple[str, str, str]
PARTS = st.lists(
    st.tuples(
        st.sampled_from(["Nets", "Data", "Nets/Deep"]), st.sampled_from("abcdefg"), st.sampled_from(["x", "y", ""])
    ),
    max_size=8,
)


def text_of(parts: list[Part]) -> str:
    """Notes with these questions in this order, each below its section and the part of the section, if it has one."""
    lines = []
    for section, question, answer in parts:
        headings = zip(("##", "###"), section.split("/"), strict=False)
        lines += [*(f"{marks} {title}" for marks, title in headings), f"#### What is {question}?", answer]
    return "\n\n".join(lines)


def planned(path: Path, parts: list[Part]) -> bank_file.Changes:
    found = read("n.md", text_of(parts).split("\n"), OPTIONS)
    return bank_file.plan(path, "n", "en", [("n.md", found.cards)])


def by_question(cards: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The ids of questions that come once, of cards by their ids and questions."""
    ids: dict[str, list[str]] = defaultdict(list)
    for id, question in cards:
        ids[normalised(question)].append(id)
    return {question: found[0] for question, found in ids.items() if len(found) == 1}


@given(st.lists(PARTS, min_size=2, max_size=4))
def test_a_unique_question_keeps_its_id_wherever_it_goes(versions: list[list[Part]]) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "n.yaml"
        for parts in versions:
            known = by_question((id, question_of(one.key)) for id, one in sidecar.cards(path).items())
            changes = planned(path, parts)
            ids = by_question((id, card.question) for id, (_, card) in changes.cards.items())
            assert {question: ids[question] for question in ids if question in known} == {
                question: known[question] for question in ids if question in known
            }
            assert len(changes.cards) == len(parts)
            assert not {*changes.new} & {*changes.gone}
            if changes.any:
                bank_file.write(changes)
            assert not planned(path, parts).any
        cards, problems = bank.load([path]) if path.exists() else ((), ())
        assert [str(problem) for problem in problems if problem.severity == "error"] == []
        assert len({card.id for card in cards}) == len(cards)


@given(PARTS.filter(bool), st.permutations("abcdefg"), st.sampled_from(["Nets", "Other", "Data/New"]))
def test_what_the_person_did_with_a_card_stays_when_its_section_is_renamed(
    parts: list[Part], order: list[str], section: str
) -> None:
    alone = [(before, question, "x") for (before, _, _), question in zip(parts, order, strict=False)]
    with TemporaryDirectory() as directory:
        path = Path(directory) / "n.yaml"
        bank_file.write(planned(path, alone))
        text = path.read_text()
        edited = text.replace("'What is a?'", "'What is this a?'").replace("answer: 'x'", "answer: 'mine'")
        path.write_text(edited)
        ids = list(sidecar.cards(path))
        changes = planned(path, [(section, question, "x") for _, question, _ in reversed(alone)])
        assert (changes.new, changes.gone, sorted(changes.cards)) == ([], [], sorted(ids))
        bank_file.write(changes)
        after = path.read_text()
        assert after.count("answer: 'mine'") == len(alone)
        assert after.count("'What is this a?'") == edited.count("'What is this a?'")
