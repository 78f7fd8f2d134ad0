"""Campaigns of random and damaged input against `dlquiz calc`: every case ends soon, small, and with a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from campaign import CampaignCase, Outcome, faults

posix = pytest.mark.skipif(os.name == "nt", reason="forks, and limits what a process may take")


def campaign(kind: str, count: int, seed: int) -> list[dict[str, object]]:
    """The cases that broke a rule, and the summary in the last row."""
    script = Path(__file__).parent / "campaign.py"
    done = subprocess.run(
        [sys.executable, str(script), kind, str(count), str(seed)], capture_output=True, text=True, timeout=3600
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@posix
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "count"), [("commands", 10_000), ("prints", 10_000), ("configurations", 5_000), ("weights", 1_000)]
)
def test_no_case_breaks_a_rule(request: pytest.FixtureRequest, kind: str, count: int) -> None:
    *broken, summary = campaign(kind, count, request.config.getoption("--seed"))
    assert summary["cases"] == count
    assert not broken, json.dumps(broken[:5], indent=1)


@posix
def test_a_campaign_notices_what_breaks_a_rule() -> None:
    case = CampaignCase(["conv", "3x8x8"])
    explained = Outcome(2, "dlquiz: -o is missing — give it", 0.1, 30)
    assert faults(case, explained) == []
    assert faults(case, explained._replace(seconds=1.5)) == ["1.50 s of CPU"]
    assert faults(case, explained._replace(megabytes=200)) == ["200 MB"]
    assert faults(case, explained._replace(code=-24)) == ["exit code -24"]
    assert faults(case, explained._replace(code=1, errors="")) == ["no message"]
    assert "traceback" in faults(case, explained._replace(errors="Traceback (most recent call last):"))
    *broken, summary = campaign("weights", 6, 3)
    assert (broken, summary["cases"]) == ([], 6)
