"""YAML source → a tree of nodes that know where they stand; every scalar is text, and YAML's traps are closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dlquiz.schema.problems import ReportProblem
from dlquiz.schema.syntax_errors import USE_SINGLE_QUOTES, report_syntax

MAXIMAL_FILE_BYTES = 32_000_000
MAXIMAL_TEXT = 40_000
MAXIMAL_DEPTH = 12
MAXIMAL_ESCAPES = 100

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# They are not seen and change the order in which a terminal shows a line.
_REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPE = re.compile(r"\\(?:\\|\"|u[0-9a-fA-F]{4}|(?P<wrong>[^\\\"]|$))", re.S)


class ScalarNode:
    """A text; `style` is `"`, `'`, `|`, `>` or empty for a plain one, `flow` whether it stands in `{…}` or `[…]`."""

    __slots__ = ("end", "flow", "start", "style", "text")

    def __init__(self, text: str, style: str, start: int, end: int, flow: bool) -> None:
        self.text, self.style, self.start, self.end, self.flow = text, style, start, end, flow

    @property
    def empty(self) -> bool:
        return not self.text and not self.style


class SequenceNode:
    __slots__ = ("end", "flow", "items", "start")

    def __init__(self, start: int, flow: bool) -> None:
        self.start, self.end, self.flow = start, start, flow
        self.items: list[YamlNode] = []


class MapNode:
    """`pairs` in the order of the file, keys unique."""

    __slots__ = ("end", "flow", "pairs", "start")

    def __init__(self, start: int, flow: bool) -> None:
        self.start, self.end, self.flow = start, start, flow
        self.pairs: dict[str, tuple[ScalarNode, YamlNode]] = {}

    def get(self, key: str) -> YamlNode | None:
        pair = self.pairs.get(key)
        return pair[1] if pair else None


YamlNode = ScalarNode | SequenceNode | MapNode


class _StoppedError(Exception):
    """Nothing behind this place can be read."""


def decode(data: bytes, report: ReportProblem) -> str | None:
    """The text of a file, or None when it is no text: not UTF-8, too large, full of control characters.

    An index reported for undecodable bytes counts in the text before them.
    """
    if len(data) > MAXIMAL_FILE_BYTES:
        report(
            0, "file-too-large", f"the file has {len(data) / 1e6:.0f} MB", "split it into decks of some hundred cards"
        )
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        report(0, "utf-16", "the file is UTF-16", "save it as UTF-8")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        byte = data[error.start]
        report(len(before), "not-utf-8", f"the byte 0x{byte:02X} is not UTF-8", "save the file as UTF-8")
        return None
    wrong = _CONTROL.search(text)
    if wrong:
        name = f"U+{ord(wrong.group()):04X}"
        report(wrong.start(), "control-character", f"control character {name}", "delete it")
        return None
    if wrong := _REORDERING.search(text):
        name = f"U+{ord(wrong.group()):04X}"
        report(wrong.start(), "control-character", f"invisible character {name}, which reorders the line", "delete it")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(source: str, report: ReportProblem) -> YamlNode | None:
    """The tree of the only document in the source; what was complete before an error of syntax is kept.

    >>> read("a: [1, no]", print).pairs["a"][1].items[1].text
    'no'
    >>> read("a: 1\\na: 2", print) and None
    5 duplicate-key the key 'a' stands here twice, first in line 1 delete one of them
    """
    if not source.strip():
        report(
            0,
            "empty-file",
            "the file is empty",
            "write `cards:` and a card, or delete it (`dlquiz bank new` makes one)",
        )
        return None
    escapes: list[tuple[int, str, str, str]] = []
    for _ in range(MAXIMAL_ESCAPES):
        reports: list[tuple[int, str, str, str]] = []
        root, bad_escape = _attempt(source, lambda *problem: reports.append(problem))  # noqa: B023
        if bad_escape is None:
            break
        # The parser stops at an escape it does not know; without the backslash it reads on.
        escapes.append(reports[-1])
        source = f"{source[:bad_escape]}/{source[bad_escape + 1 :]}"
    for problem in sorted((*escapes, *reports), key=lambda problem: problem[0]):
        report(*problem)
    return root


def _attempt(source: str, report: ReportProblem) -> tuple[YamlNode | None, int | None]:
    """The tree, and where a backslash kept the parser from reading on."""
    import yaml

    builder = _TreeBuilder(source, report)
    try:
        for event in yaml.parse(source, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            builder.take(event)
    except _StoppedError:
        return builder.whatever_is_complete(), None
    except yaml.MarkedYAMLError as error:
        code = report_syntax(error, source, report)
        mark = error.problem_mark
        backslash = source.rfind("\\", 0, mark.index + 1) if mark is not None and code == "escape" else -1
        return builder.whatever_is_complete(), backslash if backslash >= 0 else None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        report(0, "yaml-syntax", f"YAML cannot be read: {error}", "correct the syntax")
        return None, None
    if builder.root is None:
        report(0, "empty-file", "the file holds no cards", "write `cards:` and a card, or delete it")
    return builder.root, None


class _TreeBuilder:
    """Turns parser events into nodes; an explicit stack, so that depth is bounded by us and not by the interpreter."""

    def __init__(self, source: str, report: ReportProblem) -> None:
        self.source, self.report = source, report
        self.root: YamlNode | None = None
        self.stack: list[SequenceNode | MapNode] = []
        self.keys: list[ScalarNode | None] = []  # of each open map, the key whose value is awaited
        self.documents = 0

    def take(self, event: Any) -> None:
        name = type(event).__name__
        if name == "ScalarEvent":
            self.scalar(event)
        elif name in ("SequenceStartEvent", "MappingStartEvent"):
            self.open(event, SequenceNode if name == "SequenceStartEvent" else MapNode)
        elif name in ("SequenceEndEvent", "MappingEndEvent"):
            self.close(event)
        elif name == "AliasEvent":
            self.alias(event)
        elif name == "DocumentStartEvent":
            self.document(event)

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.report(
                event.start_mark.index,
                "several-documents",
                "a second document begins here",
                "one file is one deck: delete the line `---`, or make it a file of its own",
            )
            raise _StoppedError
        if event.version or event.tags:
            self.report(event.start_mark.index, "directive", "a % directive stands here", "delete the line")

    def refuse_decoration(self, event: Any) -> None:
        if event.anchor is not None:
            self.report(
                event.start_mark.index,
                "anchor",
                f"anchor &{event.anchor}",
                "delete it: anchors are not read; write the text out",
            )
        if event.tag is not None and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")[:40]
            fix = "delete it: the field says how its value is read"
            if not tag.startswith("!!"):
                fix = "quote a text that begins with !"
            self.report(event.start_mark.index, "tag", f"tag {tag}", fix)

    def scalar(self, event: Any) -> None:
        self.refuse_decoration(event)
        start, end = event.start_mark.index, event.end_mark.index
        node = ScalarNode(event.value, event.style or "", start, end, self.in_flow)
        if len(node.text) > MAXIMAL_TEXT:
            self.report(
                start,
                "text-too-long",
                f"a text of {len(node.text):,} characters",
                f"shorten it: a card is readable in half a minute (at most {MAXIMAL_TEXT:,})",
            )
            node.text = node.text[:MAXIMAL_TEXT]
        if node.style == '"':
            self.check_escapes(start, end)
        self.add(node)

    def check_escapes(self, start: int, end: int) -> None:
        if self.source.find("\\", start, end) < 0:
            return
        for match in _ESCAPE.finditer(self.source, start + 1, end - 1):
            if match.group("wrong") is not None:
                wrong = match.group() if match.group("wrong").strip() else "\\ at the end of a line"
                self.report(match.start(), "escape", f"{wrong} in double quotes", USE_SINGLE_QUOTES)
            elif match.group()[1] == "u":
                character = chr(int(match.group()[2:], 16))
                if _CONTROL.match(character) or _REORDERING.match(character):
                    self.report(
                        match.start(),
                        "control-character",
                        f"control character {match.group()}",
                        "delete it: a terminal would act on it",
                    )

    def alias(self, event: Any) -> None:
        self.report(
            event.start_mark.index,
            "alias",
            f"alias *{event.anchor}",
            "write the text out, or quote a text that begins with *",
        )
        self.add(ScalarNode("", "", event.start_mark.index, event.end_mark.index, self.in_flow))

    @property
    def in_flow(self) -> bool:
        return bool(self.stack) and self.stack[-1].flow

    def open(self, event: Any, shape: type[SequenceNode] | type[MapNode]) -> None:
        self.refuse_decoration(event)
        if len(self.stack) >= MAXIMAL_DEPTH:
            self.report(
                event.start_mark.index,
                "too-deep",
                f"nested deeper than {MAXIMAL_DEPTH} levels",
                "no card needs that: check the brackets",
            )
            raise _StoppedError
        self.stack.append(shape(event.start_mark.index, bool(event.flow_style)))
        self.keys.append(None)

    def close(self, event: Any) -> None:
        node = self.stack.pop()
        self.keys.pop()
        node.end = event.end_mark.index
        self.add(node)

    def add(self, node: YamlNode) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, SequenceNode):
            parent.items.append(node)
        elif self.keys[-1] is None:
            self.keys[-1] = self.key(node)
        else:
            key, self.keys[-1] = self.keys[-1], None
            self.pair(parent, key, node)

    def key(self, node: YamlNode) -> ScalarNode:
        if not isinstance(node, ScalarNode):
            self.report(
                node.start,
                "key-not-a-word",
                "a list or map stands where a field's name is expected",
                "quote a text that holds `{` or `[`",
            )
            return ScalarNode("", "'", node.start, node.end, True)
        if node.text == "<<":
            self.report(node.start, "merge-key", "merge key <<", "write the fields out: anchors are not read")
        return node

    def pair(self, parent: MapNode, key: ScalarNode, node: YamlNode) -> None:
        if key.text in parent.pairs:
            first = self.source.count("\n", 0, parent.pairs[key.text][0].start) + 1
            self.report(
                key.start,
                "duplicate-key",
                f"the key {key.text[:40]!r} stands here twice, first in line {first}",
                "delete one of them",
            )
        elif key.text != "<<" and not (key.text == "" and key.style == "'"):
            parent.pairs[key.text] = (key, node)

    def whatever_is_complete(self) -> YamlNode | None:
        """Of what is still open, the file and its list of cards are kept, with the cards that were finished."""
        if not self.stack:
            return self.root
        outer = self.stack[0]
        if isinstance(outer, MapNode) and len(self.stack) > 1 and self.keys[0] is not None:
            cards = self.stack[1]
            if isinstance(cards, SequenceNode):
                outer.pairs.setdefault(self.keys[0].text, (self.keys[0], cards))
        return outer


def scalars(node: YamlNode) -> Iterator[ScalarNode]:
    """Every scalar below the node, keys apart."""
    if isinstance(node, ScalarNode):
        yield node
    else:
        below = node.items if isinstance(node, SequenceNode) else [value for _, value in node.pairs.values()]
        for child in below:
            yield from scalars(child)
