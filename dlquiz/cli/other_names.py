"""What a command is called elsewhere: what to do instead when somebody tries that name here."""

from __future__ import annotations

from collections.abc import Mapping

from dlquiz.errors import UsageError

_STUDY = "dlquiz study asks the next questions"
_SHOW_STATS = "dlquiz stats shows days, retention and the forecast, dlquiz alone what to do next"
_KEYS_OF_STUDY = "dlquiz study does it to the card that it shows, with a key; ? lists the keys"
_FROM_ANKI = "dlquiz anki sync exchanges reviews with the Anki here, dlquiz import FILE.apkg reads a package"
_SET = "dlquiz config KEY shows a setting, dlquiz config KEY VALUE sets it"
_BY_ITS_FILE = "dlquiz bank show CARD says in which file it is; cards are edited there, or with e in dlquiz study"

# For a command or a group: the names and words that people try after it → what does that here.
NAMES_ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "dlquiz": {
        "review reviews learn quiz start begin practice practise train test due today next go run": _STUDY,
        "exercise exercises numbers": "dlquiz drill asks computed questions",
        "mock exam rehearse simulate": "dlquiz interview is a mock interview",
        "date deadline goal target schedule init setup": "dlquiz plan DATE plans towards an interview",
        "progress statistics forecast report readiness": _SHOW_STATS,
        "status dashboard summary overview home": "dlquiz alone shows your progress",
        "cheatsheet cheat-sheet cheat formulas print": "dlquiz sheet sums up what you missed and the formulas",
        "list ls cards browse": "dlquiz bank list lists the cards",
        "search find grep": "dlquiz bank search WORDS finds cards",
        "show card view open": "dlquiz bank show CARD shows a card",
        "decks deck topics": "dlquiz bank decks lists the decks",
        "tags tag": "dlquiz bank tags lists the tags",
        "check lint validate": "dlquiz bank check FILE reports problems of card files",
        "new create": "dlquiz add adds a card of your own",
        "edit": _BY_ITS_FILE,
        "delete remove reset rm": "dlquiz forget CARD resets the progress of a card",
        "revert back": "dlquiz undo takes back the last answer",
        "restore rollback recover": "dlquiz backup --restore DATE puts the review log back to a backup",
        "save": "every answer is saved at once; dlquiz backup makes a copy",
        "suspend bury flag leech skip": _KEYS_OF_STUDY,
        "log": "dlquiz history shows today's answers",
        "set get settings setting options preferences configure language lang": _SET,
        "push pull share": "dlquiz sync DIR exchanges reviews with other computers",
        "load notes": "dlquiz import FILE reads notes, or a package of Anki",
        "apkg csv json markdown": "dlquiz export lists the formats",
        "version about": "dlquiz --version shows the version",
        "update upgrade": "pip installs a new version; dlquiz --version shows this one",
        "repair fix": "dlquiz doctor --repair repairs the review log",
        "fit-weights optimize optimizer optimiser": "dlquiz optimise fits the memory model to your reviews",
        "completion completions": "dlquiz --install-completion installs completion for this shell",
        "calculate calculator compute": "dlquiz calc computes layers, networks and costs",
    },
    "dlquiz bank": {
        "add create": "dlquiz add adds a card of your own, dlquiz bank new prints a template",
        "edit open": _BY_ITS_FILE,
        "remove delete rm": "a card of your own is deleted in its file; dlquiz bank show CARD says where",
        "import": "dlquiz import NOTES makes cards of notes",
        "export": "dlquiz export lists the formats",
        "lint validate test": "dlquiz bank check FILE reports problems of card files",
        "ls cards": "dlquiz bank list lists the cards",
        "find grep": "dlquiz bank search WORDS finds cards",
        "card view": "dlquiz bank show CARD shows a card",
        "path paths set use": "dlquiz config banks PATH adds files or directories of cards",
        "template": "dlquiz bank new prints a template",
    },
    "dlquiz anki": {
        "import pull": _FROM_ANKI,
        "export push deck": "dlquiz export anki writes a package, dlquiz anki sync goes to the Anki here",
        "undo revert": "dlquiz anki sync --revert takes the last exchange back",
    },
    "dlquiz export": {
        "apkg deck": "dlquiz export anki writes a package of Anki",
        "md notes text html pdf": "dlquiz export markdown writes a study sheet, dlquiz sheet --html a page to print",
        "excel xlsx tsv table": "dlquiz export csv writes a table",
        "yaml": "dlquiz export json writes the cards; decks of your own are YAML files already",
    },
    "dlquiz config": {"get set list ls show edit": _SET},
    "dlquiz plan": {"set new date": "write the date alone: dlquiz plan 2026-12-11"},
    "dlquiz backup": {
        "restore": "dlquiz backup --restore DATE",
        "list ls": "dlquiz backup --list",
        "verify check": "dlquiz backup --verify",
        "create now make": "dlquiz backup alone makes one",
    },
    "dlquiz import": {"anki": _FROM_ANKI, "notes markdown csv": "write the file alone: dlquiz import FILE"},
    "dlquiz sync": {
        "push pull now start up down": "dlquiz sync sends and receives at once; dlquiz sync DIR names the folder",
    },
    "dlquiz calc": {
        "transformer gpt llm": "dlquiz calc params MODEL counts a transformer, dlquiz calc net MODEL lists its layers",
        "gpu vram fits": "dlquiz calc fit MODEL --gpu NAME says whether a model fits",
        "receptive-field field": "dlquiz calc rf NET gives receptive fields",
        "compare": "dlquiz calc diff NET NET compares two networks",
        "network cnn model summary": "dlquiz calc net NET lists the layers of a network",
        "dense fc": "dlquiz calc linear is a fully connected layer",
        "kv-cache kvcache cache": "dlquiz calc kv MODEL gives the KV cache",
        "layers layernorm": "dlquiz calc layer NAME takes any layer by torch's name",
    },
}


def instead(command: str, word: str) -> str | None:
    """What to use where `word` was tried after `command`; None where nothing is known of it.

    >>> instead("dlquiz", "restore")
    'dlquiz backup --restore DATE puts the review log back to a backup'
    >>> instead("dlquiz calc", "resnet50"), instead("dlquiz calc", "relu")
    ('dlquiz calc net resnet50', 'dlquiz calc layer relu')
    """
    return _known(command, word) or _in_calc(command, word)


def _known(command: str, word: str) -> str | None:
    name = word.casefold().replace("_", "-")
    return next((what for names, what in NAMES_ELSEWHERE.get(command, {}).items() if name in names.split()), None)


def _in_calc(command: str, word: str) -> str | None:
    """A command of calc without its group; a layer or a network without the command that takes it."""
    from dlquiz.calc import CalcError
    from dlquiz.calc.layers.registry import KINDS
    from dlquiz.calc.networks.zoo import notation
    from dlquiz.cli.calc import group

    if command == "dlquiz" and word in group.COMMANDS:
        return f"dlquiz calc {word}"
    if command != "dlquiz calc":
        return None
    if word in KINDS:
        return f"dlquiz calc layer {word}"
    try:
        notation(word)
    except CalcError:
        return None
    return f"dlquiz calc net {word}"


def refuse_word(command: str, word: str) -> None:
    """Raise UsageError for a word that other programs have after such a command, and this one has not."""
    if fix := _known(command, word):
        raise UsageError(f"{command} takes no {word!r}", fix=fix)
