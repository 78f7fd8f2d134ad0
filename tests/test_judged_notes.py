"""The figures of the judged notes, on documents that are made here."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import judged_notes
from judged_notes import Figures, Judged

# Headings that name a case, and what is asked below.
CASES = "# Round\n\n" + "".join(
    f"## Case {name}\n\nExplain what a service does against too much of {name}.\n\nLess of {name}.\n\n"
    for name in ("load", "lag", "loss")
)


def test_the_marks_name_lines_once_and_in_order() -> None:
    documents = judged_notes.judged()
    assert len({(one.repository, one.path) for one in documents}) == len(documents) > 70
    for one in documents:
        marks = [*one.questions, *one.doubtful]
        assert len({*marks}) == len(marks)
        assert one.questions == sorted(one.questions)
        assert min(marks) > 0
        assert not one.lines or max(marks) <= one.lines


def test_a_document_is_read_as_it_was_judged(tmp_path: Path) -> None:
    clone = tmp_path / "a+b"
    run = ["git", "-C", str(clone), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "init", "-q", str(clone)], check=True, timeout=60)
    (clone / "n.md").write_bytes(b"## What is a?\r\n\r\nWords.\n\n## Rest\n")
    subprocess.run([*run, "add", "."], check=True, timeout=60)
    subprocess.run([*run, "commit", "-qm", "notes"], check=True, timeout=60)
    kept = b"## What is a?\r\n\r\nWords.\n"
    one = Judged("a/b", "n.md", "HEAD", sha256(kept).hexdigest(), 3, [1], [], 1)
    path = judged_notes.written(one, tmp_path, tmp_path / "documents")
    assert path is not None
    assert path.read_bytes() == kept
    assert judged_notes.figures(one, path) == Figures(1, 1, 0)
    assert judged_notes.written(one._replace(lines=0), tmp_path, tmp_path) is None
    assert judged_notes.written(one._replace(repository="a/c"), tmp_path, tmp_path) is None


def test_what_is_found_and_what_is_invented_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "n.md"
    path.write_text("## What is a?\n\nWords.\n\n## What is b?\n\nWords.\n\n## What is c?\n\nWords.\n")
    one = Judged("a/b", "n.md", "", "", 0, [1, 3], [9], 1)
    assert judged_notes.figures(one, path) == Figures(2, 1, 1)
    assert not Figures(100, 97, 0).is_whole
    assert not Figures(100, 100, 2).is_whole
    assert Figures(100, 98, 0).is_whole


def test_the_best_answer_to_the_preview_is_told(tmp_path: Path) -> None:
    asked = [number for number, line in enumerate(CASES.split("\n"), 1) if line.startswith("Explain")]
    one = Judged("a/b", "n.md", "", "", 0, asked, [], 1)
    lines = [*CASES.split("\n"), "### What is a gateway?", "", "A door.", "", "### What is a queue?", "", "A line."]
    (tmp_path / "n.md").write_text("\n".join(lines))
    done, answer = judged_notes.best(one, tmp_path / "n.md")
    assert (done, answer) == (Figures(3, 3, 0), "below-2")
