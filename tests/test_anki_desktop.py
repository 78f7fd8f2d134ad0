"""`dlquiz anki sync --connect` with the desktop Anki, off-screen, and the add-on AnkiConnect itself.

Skipped where they are not there: it wants `pip install aqt[qt6]` and, in the variable ANKICONNECT, the directory of the
add-on's files.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("aqt")
ADD_ON = os.environ.get("ANKICONNECT", "")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not ADD_ON, reason="ANKICONNECT names no directory")]

# A profile is there, and nothing is asked at the first start.
PREPARE = """
import sys
from pathlib import Path
from aqt.profiles import ProfileManager
profiles = ProfileManager(Path(sys.argv[1]))
profiles.setupMeta()
profiles.meta.update(firstRun=False, defaultLang="en_GB", updates=False)
profiles.create("User 1")
profiles.openProfile("User 1")
profiles.save()
"""


class Desktop:
    """A running Anki with an empty profile, and a person's dlquiz beside it."""

    def __init__(self, directory: Path, port: int) -> None:
        self.base, self.port = directory / "base", port
        self.environment = os.environ | {
            "DLQUIZ_HOME": str(directory / "home"), "ANKI_BASE": str(self.base), "LANG": "en_GB.UTF-8",
            "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
        }  # fmt: skip

    def start(self) -> subprocess.Popen[bytes]:
        add_on = self.base / "addons21" / "2055492159"
        shutil.copytree(ADD_ON, add_on)
        (add_on / "meta.json").write_text(json.dumps({"config": {"webBindPort": self.port}}))
        prepared = [sys.executable, "-c", PREPARE, str(self.base)]
        subprocess.run(prepared, env=self.environment, check=True, timeout=60, capture_output=True)
        command = [sys.executable, "-c", "import aqt; aqt.run()", "-b", str(self.base), "-p", "User 1", "-l", "en_GB"]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def wait(self, limit: float = 90) -> None:
        end = time.monotonic() + limit
        while time.monotonic() < end:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.2)
        pytest.fail("the desktop Anki did not start")

    def ask(self, action: str, **parameters: Any) -> Any:
        asked = json.dumps({"action": action, "version": 6, "params": parameters}).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}", asked, timeout=60) as reply:
            found = json.load(reply)
        assert found["error"] is None, (action, found["error"])
        return found["result"]

    def dlquiz(self, *arguments: str, given: str | None = None) -> str:
        command = [sys.executable, "-m", "dlquiz", *arguments]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, env=self.environment, timeout=120
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def sync(self, *arguments: str) -> str:
        return self.dlquiz("anki", "sync", "--connect", "--port", str(self.port), *arguments)

    def differences(self) -> list[str]:
        """Where the number of reviews or the interval of a card is another one in Anki than here."""
        states = {one["card"]: one for one in json.loads(self.dlquiz("export", "json"))["states"]}
        cards = self.ask("findCards", query="deck:DLQuiz")
        reviews = self.ask("getReviewsOfCards", cards=cards)
        found = []
        for card in self.ask("cardsInfo", cards=cards):
            here = states.get(card["fields"]["Key"]["value"], {"reviews": 0})
            given = [row for row in reviews.get(str(card["cardId"]), []) if row["ease"]]
            if len(given) != here["reviews"] or (card["type"] == 2 and card["interval"] != here["interval"]):
                found.append(f"{here}, not {card['type'], card['interval'], len(given)}")
        return found


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    anki = Desktop(tmp_path, port)
    process = anki.start()
    try:
        anki.wait()
        yield anki
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_answers_here_and_in_the_desktop_anki(desktop: Desktop, seed: int) -> None:
    chance, tagged = random.Random(seed), set()
    desktop.sync("--add", "losses")
    for _ in range(12):
        match chance.choice(["here", "there", "suspend", "tag"]):
            case "here":
                ratings = [chance.choice(["again", "hard", "good", "easy"]) for _ in range(3)]
                said = [line for rating in ratings for line in ({"reply": None}, {"rating": rating})]
                given = "".join(json.dumps(line) + "\n" for line in [*said, {"command": "quit"}])
                desktop.dlquiz("study", "losses", "--json", "--new", "40", given=given)
            case "there":
                for card in desktop.ask("findCards", query="deck:DLQuiz is:new -is:suspended")[:2]:
                    desktop.ask("answerCards", answers=[{"cardId": card, "ease": chance.randint(1, 4)}])
            case "suspend":
                desktop.ask("suspend", cards=[chance.choice(desktop.ask("findCards", query="deck:DLQuiz"))])
            case _:
                tagged.add(note := chance.choice(desktop.ask("findNotes", query="deck:DLQuiz")))
                desktop.ask("addTags", notes=[note], tags="mine")
        desktop.sync()
        assert desktop.differences() == []
    assert desktop.sync() == "User 1: nothing new on either side\n"
    assert set(desktop.ask("findNotes", query="tag:mine")) == tagged
