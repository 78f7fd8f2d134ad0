"""Settings: what overrides what, what is refused and how, and a configuration file that keeps its comments."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz import settings
from dlquiz.errors import DlquizError


def home(tmp_path: Path, **variables: str) -> dict[str, str]:
    return {"DLQUIZ_HOME": str(tmp_path), **variables}


def test_flag_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    assert settings.read(home(tmp_path)).origins["retention"] == "default"
    (tmp_path / "config.toml").write_text("retention = 0.8\n")
    found = settings.read(home(tmp_path))
    assert (found.retention, found.origins["retention"]) == (0.8, str(tmp_path / "config.toml"))
    found = settings.read(home(tmp_path, DLQUIZ_RETENTION="0.85"))
    assert (found.retention, found.origins["retention"]) == (0.85, "DLQUIZ_RETENTION")
    found = settings.read(home(tmp_path, DLQUIZ_RETENTION="0.85"), retention=0.95)
    assert (found.retention, found.origins["retention"]) == (0.95, "command line")


def test_home_moves_everything(tmp_path: Path) -> None:
    found = settings.read(home(tmp_path))
    places = (found.history_file, found.backup_dir, found.cache_dir, found.own_questions, found.overrides_file,
              found.device_file, found.config_file)  # fmt: skip
    assert all(place.is_relative_to(tmp_path) for place in places)
    assert len(set(places)) == len(places)
    assert not list(tmp_path.iterdir()), "reading the settings writes nothing"


def test_without_home_the_directories_of_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if os.name == "posix" and os.uname().sysname == "Linux":
        data, config, cache = settings.directories({})
        assert (data, config, cache) == (tmp_path / "data/dlquiz", tmp_path / "config/dlquiz/config.toml",
                                         tmp_path / "cache/dlquiz")  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked itself")
@pytest.mark.parametrize("name", ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME"])
@pytest.mark.parametrize("value", [None, "", "/somewhere/else", "relative", "~/mine", "/with/end/"])
def test_the_directories_are_those_of_platformdirs(
    name: str, value: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DLQUIZ_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    if value is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, value)
    theirs = platformdirs.PlatformDirs("dlquiz", appauthor=False)
    config = theirs.user_config_path / "config.toml"
    assert settings.directories(os.environ) == (theirs.user_data_path, config, theirs.user_cache_path)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "DLQUIZ_LANG": "en"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "DLQUIZ_LANG": ""}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "DLQUIZ_LANG": "auto"}, "zh"),
    ],
)
def test_language(tmp_path: Path, variables: dict[str, str], language: str) -> None:
    assert settings.read(home(tmp_path, **variables)).language == language


def test_every_problem_at_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        "# mine\nretention = 2\nnew_per_dy = 3\nlanguage = 'german'\nplain = 'perhaps'\nlang = 'zh'\n"
    )
    with pytest.raises(DlquizError) as output:
        settings.read(home(tmp_path, DLQUIZ_MINUTES_PER_DAY="soon"))
    message = str(output.value)
    for piece in ("config.toml:2: retention is 2, but must be a number from 0.7 to 0.97",
                  "config.toml:3: no setting is called 'new_per_dy': did you mean new_per_day?",
                  "config.toml:4: language is", "config.toml:5: plain is",
                  "config.toml:6: no setting is called 'lang': did you mean language?",
                  "DLQUIZ_MINUTES_PER_DAY: minutes_per_day is"):  # fmt: skip
        assert piece in message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("9" * 5000, "a number of thousands of digits"),
        ("[" * 50_000, "lists nested as deep"),
        ("0x" + "9" * 5000, "but must be a whole number"),
    ],
)
def test_values_beyond_all_measure_are_reported(tmp_path: Path, value: str, message: str) -> None:
    (tmp_path / "config.toml").write_text(f"new_per_day = {value}\n")
    with pytest.raises(DlquizError, match=message):
        settings.read(home(tmp_path))


@pytest.mark.parametrize("text", ["retention = \n", "a = 1\na = 2\n", "[\n"])
def test_a_file_that_is_not_toml_is_reported_and_kept(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(DlquizError, match=r"config\.toml(:\d+:\d+)?: not TOML.* — correct that line"):
        settings.read(home(tmp_path))
    with pytest.raises(DlquizError, match="not TOML"):
        settings.write(file, "retention", "0.9")
    assert file.read_text() == text


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"editor = '\xff'\n")
    with pytest.raises(DlquizError, match="not UTF-8"):
        settings.read(home(tmp_path))


def test_setting_keeps_comments_and_other_lines(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '# how I learn\nretention = 0.8  # see # forum\neditor = "vi # not a remark"\n\nbanks = [\n  "a",  # one\n]\n'
    )
    settings.write(file, "retention", "0.9")
    settings.write(file, "banks", ["b"])
    settings.write(file, "language", "zh")
    assert file.read_text() == (
        '# how I learn\nretention = 0.9  # see # forum\neditor = "vi # not a remark"\n\n'
        'banks = ["b"]\nlanguage = "zh"\n'
    )
    settings.write(file, "retention", None)
    assert "retention" not in file.read_text()
    assert "# how I learn" in file.read_text()


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("editor = '''\n[x]\n'''\nlanguage = 'en'\n", "language", "zh", "editor = '''\n[x]\n'''\nlanguage = \"zh\"\n"),
        ("plain = true  # on the train\r\n", "plain", "no", "plain = false  # on the train\r\n"),
        ("plain = true\r\n", "language", "zh", 'plain = true\r\nlanguage = "zh"\r\n'),
        ("editor = '''\nlanguage = 1\n'''\n", "language", "zh", "editor = '''\nlanguage = 1\n'''\nlanguage = \"zh\"\n"),
        ('banks = [\n  "a",  # ]\n]\nplain = true\n', "banks", ["b"], 'banks = ["b"]\nplain = true\n'),
        ("'retention' = 0.8\n", "retention", "0.9", "'retention' = 0.9\n"),
        ("retention = 0.8", "language", "zh", 'retention = 0.8\nlanguage = "zh"\n'),
        ("plain = true\n\n[mine]\nplain = 3\n", "plain", None, "\n[mine]\nplain = 3\n"),
    ],
)
def test_setting_changes_this_key_and_nothing_else(
    tmp_path: Path, before: str, key: str, value: object, after: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(before.encode())
    settings.write(file, key, value)
    assert file.read_bytes().decode() == after


def test_setting_follows_a_link_and_keeps_its_rights(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("plain = false\n")
    real.chmod(0o600)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    settings.write(link, "plain", "yes")
    assert link.is_symlink()
    assert real.read_text() == "plain = true\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_wrong_value_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(DlquizError, match="must be"):
        settings.write(file, "new_per_day", "-3")
    with pytest.raises(DlquizError, match="did you mean retention"):
        settings.write(file, "retension", "0.9")
    with pytest.raises(DlquizError, match="did you mean retention"):
        settings.write(file, "retension", None)
    assert not file.exists()


def test_a_directory_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(DlquizError, match="cannot read"):
        settings.read(home(tmp_path))


@given(
    pairs=st.lists(
        st.one_of(
            st.tuples(st.just("retention"), st.floats(0.7, 0.97).map(lambda x: round(x, 3))),
            st.tuples(st.just("new_per_day"), st.integers(0, 9999)),
            st.tuples(st.just("editor"), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)),
            st.tuples(st.just("plain"), st.booleans()),
            st.tuples(st.just("banks"), st.lists(st.sampled_from(["/a", "/b # c", '/q"', "/中文"]), max_size=3)),
        ),
        max_size=6,
    )
)
def test_what_is_set_is_read_back(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, object]]) -> None:
    place = tmp_path_factory.mktemp("home")
    for key, value in pairs:
        settings.write(place / "config.toml", key, value)
    found = settings.read({"DLQUIZ_HOME": str(place)})
    for key, value in dict(pairs).items():
        expected = tuple(map(Path, value)) if isinstance(value, list) else value
        assert getattr(found, key) == expected
