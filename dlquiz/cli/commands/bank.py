"""`dlquiz bank`: check the questions, list, show and search them, make new ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dlquiz import settings
from dlquiz.cards import KINDS, LANGUAGES, Card, Language, Text
from dlquiz.cli import completion
from dlquiz.cli.app import new_app
from dlquiz.cli.context import Bar, open_bank, open_history
from dlquiz.cli.line_breaks import say, say_translated, table_width
from dlquiz.cli.options import AsJson, Lang
from dlquiz.cli.translation import in_chinese, language_of
from dlquiz.errors import DlquizError, UsageError
from dlquiz.formatting import count

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.settings import Settings

app = new_app(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Work with question banks: check, list, decks, tags, show, search, new.

    \b
    Examples:
      dlquiz bank check my-cards.yaml
      dlquiz bank list convolution --level 1
      dlquiz bank search 感受野
    """


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or directories; default: what study uses.")] = None,
    style: Annotated[bool, typer.Option("--style", help="Also warn of matters of style in your own files.")] = False,
    as_json: AsJson = False,
) -> None:
    """Report every problem with file, line, column and a suggested fix.

    Exits with 1 if there are problems; warnings alone exit with 0. Shipped questions are always checked for style.

    \b
    Examples:
      dlquiz bank check
      dlquiz bank check my-cards.yaml notes/
      dlquiz bank check my-cards.yaml --style
      dlquiz bank check --json | jq '.problems[].code'
    """
    from dlquiz import bank
    from dlquiz.bank.checks.report import check_bank

    shipped = bank.shipped_questions()
    everything = [shipped, *settings.read().bank_paths]
    bar = Bar("checking questions")
    try:
        report = check_bank(
            [_short(path) for path in paths or everything], everything if paths else (), shipped, bar, with_style=style
        )
    finally:
        bar.close()
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        chinese = language_of(sys.argv[1:]) == "zh"
        for problem in report.problems:
            of_calc = problem.code == "cannot-be-asked"
            say(in_chinese(str(problem), of_calc=of_calc) if chinese else str(problem))
        say_translated(report.summary(), sys.stderr)
    raise typer.Exit(1 if report.errors else 0)


def _short(path: Path) -> Path:
    """The path as seen from here, when that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


@app.command("list")
def list_(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DECK]...", help="Only these decks.", autocompletion=completion.decks)
    ] = None,
    deck: Annotated[list[str] | None, typer.Option(help="Only these decks.", autocompletion=completion.decks)] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cards with one of these tags.", autocompletion=completion.tags)
    ] = None,
    level: Annotated[list[int] | None, typer.Option(min=1, max=3, help="1 basic, 2 solid, 3 deep.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help=f"{', '.join(KINDS[:-1])} or {KINDS[-1]}.", autocompletion=completion.kinds),
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only cards that you flagged.")] = False,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Only cards that nobody else has read yet.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Only drafts, which are not asked yet.")] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """List the cards: id, deck, kind, level, question.

    \b
    Examples:
      dlquiz bank list pooling --kind choice
      dlquiz bank list --tag attention --level 3 --lang zh
      dlquiz bank list --flagged --json
      dlquiz bank list --drafts
    """
    user_settings = settings.read(language=lang)
    with open_bank(user_settings) as questions:
        decks = completion.known_decks([*(names or ()), *(deck or ())], questions)
        tags = completion.known("tag", tag, questions.tags() if tag else ())
        kinds = completion.known("kind", kind, KINDS)
        cards = [
            card
            for card in (questions.drafts() if drafts else questions.all())
            if (not decks or card.deck in decks)
            and (not tags or set(tags) & set(card.tags))
            and (not kinds or card.kind in kinds)
            and (not level or card.level in level)
            and not (unchecked and card.checked)
        ]
    if flagged:
        marked = _flagged(user_settings)
        cards = [card for card in cards if card.id in marked]
    _print_cards(cards, user_settings.language, as_json)


def _flagged(user_settings: Settings) -> set[str]:
    if not user_settings.history_file.exists():
        return set()
    with open_history(user_settings) as log:
        return {state.card for state in log.states() if state.flagged}


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="All words must occur, in either language.")],
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of cards.")] = 20,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Find cards by words in English or Chinese, best matches first.

    \b
    Examples:
      dlquiz bank search dropout scaling
      dlquiz bank search 感受野
    """
    from dlquiz.bank.search import folded_words
    from dlquiz.bank.search import search as find

    if not folded_words(" ".join(words)):
        raise UsageError("no word was given", fix="say what to look for: dlquiz bank search WORDS")
    user_settings = settings.read(language=lang)
    bar = Bar("making the questions searchable")
    with open_bank(user_settings) as questions:
        try:
            found = find(questions, " ".join(words), bar)
        finally:
            bar.close()
        cards = questions.cards(found[:limit])
    if not found and not as_json:
        raise DlquizError("no card holds all of these words", fix="try fewer, or the beginning of a word")
    _print_cards(cards, user_settings.language, as_json)
    if len(found) > limit and not as_json:
        say_translated(f"{len(found) - limit} more: --limit {len(found)}", sys.stderr)
    raise typer.Exit(0 if found else 1)


@app.command()
def decks(lang: Lang = None, as_json: AsJson = False) -> None:
    """List the decks: name, number of cards, title.

    \b
    Examples:
      dlquiz bank decks
      dlquiz bank decks --json | jq '.decks[].name'
    """
    user_settings = settings.read(language=lang)
    with open_bank(user_settings) as questions:
        rows = questions.decks()
    titles = [row.title.language(user_settings.language) for row in rows]
    if as_json:
        found = [
            {"name": row.name, "cards": row.cards, "title": title} for row, title in zip(rows, titles, strict=True)
        ]
        typer.echo(json.dumps({"decks": found}, ensure_ascii=False, indent=2))
        return
    from dlquiz.markup import cell_width

    width, columns = max((len(row.name) for row in rows), default=0), table_width()
    lines = [f"{row.name:{width}}  {row.cards:3}  {title}" for row, title in zip(rows, titles, strict=True)]
    if columns is not None and max(map(cell_width, lines), default=0) > columns:
        lines = [f"{row.name}  {row.cards}\n  {title}" for row, title in zip(rows, titles, strict=True)]
    for line in lines:
        typer.echo(line)


@app.command()
def tags(lang: Lang = None, as_json: AsJson = False) -> None:
    """List the tags with the number of their cards, the most used first.

    \b
    Examples:
      dlquiz bank tags
      dlquiz bank tags --json | jq '.tags.attention'
    """
    with open_bank(settings.read(language=lang)) as questions:
        found = questions.tags()
    if as_json:
        typer.echo(json.dumps({"tags": found}, ensure_ascii=False, indent=2))
        return
    width = max(map(len, found), default=0)
    for tag, cards in found.items():
        typer.echo(f"{tag:{width}}  {cards}")


def _print_cards(cards: list[Card], language: Language, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"cards": [_as_dict(card) for card in cards]}, ensure_ascii=False, indent=2))
        return
    from dlquiz.render.card_table import one_line, table

    rows = [[card.id, card.deck, card.kind, str(card.level), one_line(card, language)] for card in cards]
    for line in table(rows, table_width()):
        typer.echo(line)
    say_translated(count(len(cards), "card"), sys.stderr)


def _as_dict(card: Card) -> dict[str, object]:
    assert card.place is not None
    return {
        "id": card.id,
        "deck": card.deck,
        "kind": card.kind,
        "level": card.level,
        "weight": card.weight,
        "tags": card.tags,
        "question": {
            language: text for language in LANGUAGES if (text := getattr(card.question, language)) is not None
        },
        "file": card.place.file,
        "line": card.place.line,
    }


@app.command()
def show(
    ids: Annotated[list[str], typer.Argument(help="Ids of cards.", autocompletion=completion.cards)],
    lang: Lang = None,
    as_json: AsJson = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print a page that stands alone.")] = False,
    cues: Annotated[
        bool, typer.Option("--cues", help="Under each point the words by which it is found in a reply.")
    ] = False,
) -> None:
    """Show a card with its answer and its points; for a computed question, one example with its solution.

    \b
    Examples:
      dlquiz bank show sigmoid-saturated-unit
      dlquiz bank show sigmoid-saturated-unit --lang zh
      dlquiz bank show l1-sparsity-geometry --html > card.html
    """
    user_settings = settings.read(language=lang)
    with open_bank(user_settings) as questions:
        cards = [card_of(questions, id) for id in ids]
        titles = {row.name: row.title for row in questions.decks()} if as_html else {}
    if as_html:
        typer.echo(_page(cards, ("en", "zh") if user_settings.language == "en" else ("zh", "en"), titles), nl=False)
        return
    if as_json:
        from dlquiz.bank.codec import encode

        shown = [_as_dict(card) | json.loads(encode(card)) for card in cards]
        typer.echo(json.dumps({"cards": shown}, ensure_ascii=False, indent=2))
        return
    from dlquiz.render.card import print_card

    for number, card in enumerate(cards):
        if number:
            typer.echo()
        print_card(card, user_settings.language, cues=cues)


def _page(cards: Sequence[Card], languages: Sequence[Language], titles: Mapping[str, Text]) -> str:
    """The cards on a page, with the pictures that they name inside it."""
    from base64 import b64encode
    from mimetypes import guess_type

    from dlquiz.anki.images import Images
    from dlquiz.render.pages.card_page import page

    images = Images()
    text = page(cards, languages, titles, images.of)
    for name, data in images.files.items():
        text = text.replace(f'src="{name}"', f'src="data:{guess_type(name)[0]};base64,{b64encode(data).decode()}"')
    return text


@app.command("try")
def try_(
    id: Annotated[
        str | None, typer.Argument(metavar="[CARD]", help="Id of a card.", autocompletion=completion.cards)
    ] = None,
    reply: Annotated[list[str] | None, typer.Argument(help="Your answer; one argument for each hole.")] = None,
    hole: Annotated[int | None, typer.Option(min=1, help="Judge only this hole.")] = None,
    lang: Lang = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON; without a card, JSON lines in and out.")] = False,
) -> None:
    """Judge a reply as study would. Nothing is recorded.

    JSON lines are {card, reply, lang, hole, values}; each gives a line {card, outcome, correct, points, parts,
    suggested, mistake, notes}, or {error}. Exits with 1 if one could not be judged.

    \b
    Examples:
      dlquiz bank try batch-norm-benefits "larger learning rates, faster"
      dlquiz bank try sigmoid-range-and-slope "0<a<1" "a-a^2" 0 1/4
      dlquiz bank try tanh-range-and-slope --hole 2 "(1-a)(1+a)"
      dlquiz bank try --json < replies.jsonl
    """
    from dlquiz.cli.commands import bank_try

    bank_try.check_usage(id, reply, as_json=as_json)
    user_settings = settings.read(language=lang)
    if id is not None:
        bank_try.try_reply(user_settings, id, reply or [], hole, as_json=as_json)
    elif not bank_try.try_lines(user_settings, sys.stdin.buffer):
        raise typer.Exit(1)


def card_of(questions: Bank, id: str) -> Card:
    """The card of that id or former id, also a draft."""
    card = questions.card(questions.resolve(id) or id) or questions.draft(id)
    return card or _unknown(id, [*questions.ids(), *(draft.id for draft in questions.drafts())])


def _unknown(id: str, known: list[str]) -> NoReturn:
    from dlquiz.suggest import begun_or_near

    near = " or ".join(begun_or_near(id, known))
    raise DlquizError(
        f"there is no card {id}", fix=f"did you mean {near}?" if near else "dlquiz bank search finds cards"
    )


@app.command()
def schema() -> None:
    """Print the JSON Schema of a deck, for editors.

    \b
    Examples:
      dlquiz bank schema > schema.json
      and as the deck's first line:
      # yaml-language-server: $schema=./schema.json
    """
    from dlquiz.bank.json_schema import schema as made

    typer.echo(json.dumps(made(), ensure_ascii=False, indent=1))


@app.command()
def new(
    kind: Annotated[
        str, typer.Argument(help=f"{', '.join(KINDS[:-1])} or {KINDS[-1]}.", autocompletion=completion.kinds)
    ] = "open",
    words: Annotated[list[str] | None, typer.Argument(help="What the card is about, for its id.")] = None,
    into: Annotated[Path | None, typer.Option(help="Add it to this deck file, created if missing.")] = None,
) -> None:
    """Print a template for a new card, with an unused id.

    \b
    Examples:
      dlquiz bank new choice max pooling backward
      dlquiz bank new --into my-cards.yaml
    """
    from dlquiz.bank.templates import fresh_id, skeleton

    completion.known("kind", [kind], KINDS)
    user_settings = settings.read()
    with open_bank(user_settings, (into,) if into and into.exists() else ()) as questions:
        taken = {*questions.ids(), *(draft.id for draft in questions.drafts())}
        taken |= {
            *(former for previous_ids_of_card in questions.previous_ids().values() for former in previous_ids_of_card)
        }
    chosen = next(one for one in KINDS if one == kind)
    card = skeleton(chosen, fresh_id(" ".join(words or ()), taken))
    if into is None:
        typer.echo(card, nl=False)
        say_translated(f"save it below `cards:` in a .yaml file in {user_settings.own_questions}", sys.stderr)
        return
    from dlquiz.bank.overrides import add

    place = add(into, card)
    typer.echo(f"{place}", err=True)
