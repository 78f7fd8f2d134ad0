"""The sign of function application and TeX's thin spaces around names of functions, which latex2mathml leaves out."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from dlquiz.markup.math.symbols import CLOSING, OPENING

# The elements of a base with what stands above and below it; their children are no row.
_SCRIPTED = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
_THIN = "0.1667em"


def space_functions(tree: Element) -> None:
    """Change the MathML so that `ln 512` is read and set as a function of 512, and not as a product.

    >>> from xml.etree.ElementTree import fromstring, tostring
    >>> row = fromstring("<mrow><mi>ln</mi><mn>512</mn></mrow>")
    >>> space_functions(row)
    >>> tostring(row, encoding="unicode").replace(chr(0x2061), "applied")
    '<mrow><mi>ln</mi><mo>applied</mo><mspace width="0.1667em" /><mn>512</mn></mrow>'
    """
    for row in [element for element in tree.iter() if _tag(element) not in _SCRIPTED | {"mfrac", "mroot"}]:
        children = list(row)
        for before, function, after in zip([None, *children], children, [*children[1:], None], strict=False):
            if not _is_function(function):
                continue
            # A function before this one has set the space behind itself.
            if before is not None and not _is_function(before) and _is_operand(before, "postfix"):
                row.insert(list(row).index(function), Element("mspace", width=_THIN))
            if after is not None and (_is_operand(after, "prefix") or _opens(after)):
                place = list(row).index(function) + 1
                if not _opens(after):
                    row.insert(place, Element("mspace", width=_THIN))
                application = Element("mo")
                application.text = "\N{FUNCTION APPLICATION}"
                row.insert(place, application)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_function(element: Element) -> bool:
    if _tag(element) in _SCRIPTED:
        return _is_function(element[0])
    name = (element.text or "").strip()
    return _tag(element) in ("mi", "mo") and len(name) > 1 and name.isascii() and name.isalpha()


def _opens(element: Element) -> bool:
    """Whether it is a parenthesis or begins with one."""
    first = element
    while len(first) and _tag(first) in ("mrow", "mstyle"):
        first = first[0]
    return _tag(first) == "mo" and (first.text or "").strip() in OPENING


def _is_operand(element: Element, form: str) -> bool:
    """Whether a thin space parts it from the name of a function: a number, a letter, a fraction, a parenthesis that
    closes before the name; `form` says on which side parentheses stand."""
    if _tag(element) != "mo":
        return _tag(element) != "mspace" and not (form == "prefix" and _opens(element))
    return _is_function(element) or (form == "postfix" and (element.text or "").strip() in CLOSING)
