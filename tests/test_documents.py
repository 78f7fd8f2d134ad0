"""README and docs tell the truth: commands shown with their output are run, every command and option named exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from studying import copy_compiled, run_in, shipped_cards

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (f"{page.name}:{page.read_text(encoding='utf-8')[: match.start()].count(chr(10)) + 1}", match.group(2))
        for page in PAGES
        for match in BLOCK.finditer(page.read_text(encoding="utf-8"))
        if match.group(1) == language
    ]


def run(command: str, home: Path) -> str:
    """What a command line prints: in this process where it calls `dlquiz` alone, else in a shell."""
    if re.fullmatch(r"dlquiz [^|<>&;$`\"'\\]*", command):
        done = run_in(home, *command.split()[1:], COLUMNS="80")
        return done.output + done.errors
    shell = run_in_shell(command, home)
    return shell.stdout + shell.stderr


def run_in_shell(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command line in a shell that finds the `dlquiz` of this interpreter, installed or not."""
    copy_compiled(home)
    program = home / "bin" / "dlquiz"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dlquiz "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "DLQUIZ_HOME": str(home), "COLUMNS": "80", "LC_ALL": "C.UTF-8", "HOME": str(home)}
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def matches(expected: str, actual: str) -> bool:
    """Whether the output is as shown; a line `…` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else re.escape(line.rstrip()) + r"[ ]*\n" for line in expected.splitlines()
    )
    return re.fullmatch(pattern, actual if actual.endswith("\n") else actual + "\n") is not None


@pytest.mark.parametrize(("where", "block"), blocks("console"), ids=lambda value: value if ":" in value[:40] else "")
def test_console_blocks_show_what_happens(
    where: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        shown = run(command, tmp_path)
        assert matches(expected.strip("\n") + "\n", shown), f"{where}: `{command}` prints\n{shown}"


def test_the_readme_counts_the_cards() -> None:
    """Those of the notes are a fixed number; the others grow, and the README says about how many."""
    notes, others = re.search(  # type: ignore[union-attr]
        r"(\d+) cards\n.*beside them some (\d+) ", (ROOT / "README.md").read_text(encoding="utf-8")
    ).groups()
    assert 0.8 < (len(shipped_cards()) - int(notes)) / int(others) < 1.25


def mentioned() -> list[tuple[str, str]]:
    """Every `dlquiz …` in inline code or a shell block."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in re.finditer(r"`(dlquiz(?: [^`\n]*)?)`|^(?:\$ |\.venv/bin/)?(dlquiz .*)$", text, re.MULTILINE):
            command = (match.group(1) or match.group(2)).split(" #")[0].strip()
            found.append((f"{page.name}:{text[: match.start()].count(chr(10)) + 1}", command))
    return found


@pytest.mark.no_cover
def test_every_command_and_option_named_exists() -> None:
    import typer

    from dlquiz.cli.root import app

    root = typer.main.get_command(app)
    wrong = []
    for where, line in mentioned():
        words = re.split(r"[|<>&;]", line)[0].split()[1:]
        command, context = root, None
        while words and hasattr(command, "get_command") and not words[0].startswith("-"):
            sub = command.get_command(context, words[0])
            if sub is None:
                wrong.append(f"{where}: no command {words[0]!r} in `{line}`")
                break
            command, words = sub, words[1:]
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        options |= {"-h", "--help", "--install-completion", "--show-completion"}
        for word in words:
            if re.match(r"--[a-z]", word) and word.split("=")[0].strip("[].,…") not in options:
                wrong.append(f"{where}: no option {word!r} in `{line}`")
    assert not wrong, "\n".join(wrong)
