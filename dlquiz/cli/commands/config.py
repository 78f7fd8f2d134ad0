"""`dlquiz config`: what is set, where each value comes from, and how to set one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from dlquiz import settings
from dlquiz.cards import LANGUAGES
from dlquiz.cli.app import new_app
from dlquiz.cli.line_breaks import notice, say_translated
from dlquiz.cli.other_names import refuse_word
from dlquiz.cli.translation import said
from dlquiz.errors import DlquizError, UsageError

app = new_app()


_CHOICES = {"language": (*LANGUAGES, "auto"), "plain": ("true", "false")}


def _keys(incomplete: str) -> list[str]:
    return [key for key in settings.KEYS if key.startswith(incomplete)]


def _values(context: typer.Context, incomplete: str) -> list[str]:
    return [value for value in _CHOICES.get(context.params.get("key") or "", ()) if value.startswith(incomplete)]


# A value may be a negative number, which is no option.
@app.command(context_settings={"ignore_unknown_options": True})
def config(
    key: Annotated[str | None, typer.Argument(help="The setting to show or set.", autocompletion=_keys)] = None,
    value: Annotated[
        list[str] | None, typer.Argument(help="Its new value (several for banks).", autocompletion=_values)
    ] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Remove the setting from the file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show every setting and where it comes from, or set one in config.toml.

    \b
    Settings:
      language         en, zh or auto: questions, prompts and summaries
      retention        desired retention: probability of recall when a card is due
      new_per_day      new cards per day
      minutes_per_day  minutes of study per day
      banks            additional question files or directories
      plain            formulas in words, for a screen reader
      editor           the editor that `e` opens during study

    \b
    Examples:
      dlquiz config
      dlquiz config new_per_day 15
      dlquiz config banks ~/notes/cards ~/team/questions.yaml
      dlquiz config retention --unset
      DLQUIZ_LANG=zh dlquiz config language
    """
    for word in (key, *(value or ())):
        if word is not None and word.startswith("--"):
            raise UsageError(f"no such option: {word}", fix="see dlquiz config --help")
    if key is not None and key not in settings.KEYS:
        refuse_word("dlquiz config", key)
    if key is None:
        _list(as_json)
    elif value or unset:
        _set(key, value or [], unset)
    else:
        settings.typed(key, settings.KEYS[key][1] if key in settings.KEYS else None)
        _list(as_json, key)


def _list(as_json: bool, only: str | None = None) -> None:
    user_settings = settings.read()
    keys = [only] if only else list(settings.KEYS)
    if as_json:
        import json

        found = {
            key: {"value": _plain(getattr(user_settings, key)), "from": user_settings.origins[key]} for key in keys
        }
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from dlquiz.markup import cell_width, pad

    width = max(map(len, keys))
    values = {key: settings.as_text(key, user_settings) for key in keys}
    column = max(cell_width(value) for value in values.values())
    for key in keys:
        typer.echo(f"{key:{width}}  {pad(values[key], column)}  {said(user_settings.origins[key])}")


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, tuple) else value


def _set(key: str, value: list[str], unset: bool) -> None:
    if unset and value:
        raise DlquizError("a value and --unset are both given", fix="give one of them")
    if key != "banks" and len(value) > 1:
        raise DlquizError(f"{key} takes one value, but {len(value)} are given", fix=f'quote it: "{" ".join(value)}"')
    import os

    file = settings.directories(os.environ)[1]
    new: Any = None if unset else _banks(value) if key == "banks" else value[0]
    settings.write(file, key, new)
    if (name := settings.variable(key)) in os.environ:
        notice(f"{name} is set and overrides {file}")
    say_translated(f"{key} removed from {file}" if unset else f"{key} set in {file}", sys.stderr)


def _banks(value: list[str]) -> list[Path]:
    """The paths as they are found from any directory; says of each that is not there that it has no cards yet."""
    paths = [path.absolute() for path in cast("tuple[Path, ...]", settings.typed("banks", value))]
    for path in paths:
        if not path.exists():
            notice(f"there is no {path} yet: its cards are asked once it is there")
    return paths
