"""The tokens of a formula as people type it: LaTeX, ASCII, Unicode, a few spoken words, or a mixture."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from dlquiz.grading.formulas.tree import FormulaError, base_of

LONGEST = 300
GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
GREEK_NAMES = frozenset(GREEK) | frozenset(one.title() for one in GREEK)
FUNCTIONS = frozenset(
    ("sqrt", "exp", "log", "ln", "lg", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs", "norm",
     "max", "min", "erf", "sigmoid", "relu", "floor", "ceil", "softplus", "silu", "gelu", "pow", "dot", "matmul",
     "outer", "transpose", "inv", "int", "logistic", "swish")
)  # fmt: skip
_LETTERS = {chr(0x3B1 + at + (at > 16)): one for at, one in enumerate(GREEK)}
_LETTERS |= {letter.upper(): one.title() for letter, one in _LETTERS.items()}
_LETTERS |= {
    "ϵ": "epsilon",
    "ς": "sigma",
    "ϕ": "phi",
    "ß": "beta",
    "ℓ": "l",
    "∞": "inf",
    "∂": "∂",
    "∇": "∇",
    "Σ": "Σ",
    "∑": "sum",
    "∏": "prod",
    "√": "sqrt",
}
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵗᵀⁿᵏˡʲⁱᴸ", "0123456789-+t⊤nkljiL", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₜₗₘₐₓ₊", "0123456789ijkntlmax+", strict=True))
_ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde"}
_SIGNS = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "·": "*",
        "×": "*",
        "⋅": "*",
        "∗": "*",
        "∙": "*",
        "÷": "/",
        "⁄": "/",
        "∥": "‖",
        "∣": "|",
        "′": "'",
        "’": "'",
        "【": "[",
        "】": "]",
        "、": ",",
        "。": ".",
        "≤": "<",
        "≥": ">",
        "∘": "∘",
        "⊗": "⊗",
        "ˣ": "x",
    }
)
_COMMANDS = {
    "cdot": "*", "times": "*", "ast": "*", "odot": "⊙", "circ": "∘", "otimes": "⊗", "div": "/", "top": "⊤",
    "intercal": "⊤", "prime": "'", "lvert": "|", "rvert": "|", "mid": "|", "vert": "|", "lVert": "‖", "rVert": "‖",
    "Vert": "‖", "|": "‖", "{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "partial": "∂", "nabla": "∇", "infty": "inf", "ell": "l", "le": "<", "leq": "<", "ge": ">",
    "geq": ">", "lt": "<", "gt": ">", "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "%": "%", "_": "_",
    "sum": "sum", "prod": "prod", "tfrac": "frac", "dfrac": "frac", "cfrac": "frac", "widehat": "hat",
    "overline": "bar", "widetilde": "tilde",
}  # fmt: skip
STRUCTURE = frozenset(("frac", "hat", "bar", "tilde", "sum", "prod", "inf"))
_INVISIBLE = frozenset(
    ("left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "bigg", "Bigg", "displaystyle", "textstyle",
     "limits", "nolimits", "quad", "qquad", ",", ";", "!", ":", " ", "\\")
)  # fmt: skip
_FONTS = frozenset(
    ("mathrm", "mathbf", "mathit", "mathcal", "mathbb", "mathsf", "text", "textrm", "textbf", "textit", "operatorname",
     "boldsymbol", "bm", "mathop")
)  # fmt: skip
_SPOKEN = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\b(?:np|math|torch|jnp|F|nn)\.(?=[a-z])", ""),
        (r"根号下?|\b(?:the )?square root of\b|\broot of\b|\broot(?= )", " sqrt "),
        (r"([\w\\{}^]+)\s*(?:的平方根)", r"sqrt(\1)"),
        (r"\b(?:the )?(?:natural )?(log|ln|exp|mean|var|softmax|sigmoid|tanh|relu|abs) of(?: the)? (\S+)", r"\1(\2)"),
        (r"\b(?:the )?(?:l2 |euclidean )?norm of(?: the)? (\S+)|([A-Za-z0-9_\\]+)\s*的?范数", r"‖\1\2‖"),
        (r"\b(?:the )?square of(?: the)? ([\w\\]+)", r"\1^2"),
        (r"\b(?:the )?transpose of(?: the)? (\w+)", r"\1^⊤"),
        (r"\bhalf (?:of )?(?:the )?([\w\\]+)|([\w\\]+)\s*的一半", r"(\1\2/2)"),
        (r"\bone(?= over\b)", "1"),
        (r" (?:raised )?to the (?:power(?: of)? )?", "^"),
        (r"([A-Za-z0-9_\\]+)\s*(?:的?平方| squared\b)", r"\1^2"),
        (r"\((\w+)\s*(?:∘|\\circ)\s*(\w+)\)\s*\(([^()]*)\)", r"\1(\2(\3))"),
        (r"^\s*\*(?!\*)", ""),
        (r"(?<=[)\]])\s*\^?\+\s*$", "_+"),
        (r"\b(?:the )?inverse(?: of)?(?: the)? (\w+)", r"inv(\1)"),
        (r"([A-Za-z]+)\s*(?:的?逆矩阵|的?逆)", r"inv(\1)"),
        (r"([A-Za-z]+)\s*(?:的?转置|[ -]?transposed?\b)(?!\()", r"\1^⊤"),
        (r"([\w.]+)\s*分之一", r"1/(\1)"),
        (r"(?:\w+的)?最大值", "max"),
        (r"(?:\w+的)?最小值", "min"),
        (r"减去?|\bminus\b", "-"),
        (r"加上?|\bplus\b", "+"),
        (r"除以|\bdivided by\b|\bover\b", "/"),
        (r"乘以?|\b(?:times|multiplied by|dot)\b(?!\()", "*"),
        (r"(?<=\d)\s*x\s*(?=10\s*(?:\^|\*\*))", "*"),
        (r"(?<=[\w)}])\.(?:T|t)\b|(?<=[\w)}])\.transpose\([^()]*\)", "^⊤"),
        (r"\bpartial\s*", "∂"),
        (r"\^\s*\{?\s*\\prime\s*\}?", "'"),
        (r"(?<!_)\(\s*[A-Za-z]\s*=\s*(?=-?\d)", "("),
        (r"(?<=[A-Za-z])-(?=hat\b)|(?<=\bfan)-(?=in\b|out\b)", "_"),
        (r"(?<=[a-z])\(\s*\)", ""),
        (r"\bgrad(?=[ _])|\bnabla(?![A-Za-z])", "∇"),
        (r"\beps\b|\bvarepsilon\b", "epsilon"),
    )
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:,\d{3}(?!\d))+|\d+(?:\.\d+)?(?:[eE][-+]?\d+(?![\w.]))?|\.\d+)|\\(?P<command>[A-Za-z]+|.)"
    r"|(?P<word>[A-Za-z]+[0-9]*(?:_[A-Za-z0-9]+)*)|(?P<sign>\*\*|\|\||//|==|<=|>=|[^\s]))"
)
_DIFFERENTIALS = re.compile(r"(?<![A-Za-z\\_])d\s?[A-Za-z](?:[^/+]*)(?:/|\}\s*\{)\s*\(?\s*d\s?[A-Za-z]")


class FormulaToken(NamedTuple):
    kind: str  # number, name, function or sign
    text: str
    glued: bool = False  # no blank before it


class Names(NamedTuple):
    """The symbols that a formula may use: by their letters alone (`pi` for `p_i`), and those that are functions."""

    symbols: tuple[tuple[str, str], ...] = ()
    functions: frozenset[str] = frozenset()
    author: bool = False  # a formula of the card itself, in which letters side by side are a product

    def known(self) -> dict[str, str]:
        return dict(self.symbols)


def names_of(symbols: frozenset[str], functions: frozenset[str]) -> Names:
    return Names(tuple(sorted((flat(one), one) for one in symbols)), functions)


def flat(symbol: str) -> str:
    return re.sub("[_,]", "", symbol)


def tokens(text: str, names: Names) -> list[FormulaToken]:
    """The tokens of a formula; runs of letters are cut into the symbols that are known.

    >>> known = names_of(frozenset({"p_i", "p_j", "W_1", "x"}), frozenset())
    >>> [token.text for token in tokens("-pipj", known)], [token.text for token in tokens(r"xW1 \\cdot p_{i}", known)]
    (['-', 'p_i', 'p_j'], ['x', 'W_1', '*', 'p', '_', '{', 'i', '}'])
    """
    if len(text) > LONGEST:
        raise FormulaError(f"a formula of {len(text)} characters")
    plain = _plain(text)
    if re.search("[\u3400-\u9fff]", plain):
        raise FormulaError("words stand in the formula")
    with_differentials = bool(_DIFFERENTIALS.search(plain))
    found: list[FormulaToken] = []
    at = 0
    while match := _TOKEN.match(plain, at):
        glued = match.start() == match.start(str(match.lastgroup)) or match.group("command") is not None
        at = match.end()
        piece = match.group(str(match.lastgroup))
        if match.lastgroup == "command":
            at = _command(plain, at, piece, found)
        elif match.lastgroup == "word":
            pieces = list(_word(piece, names, with_differentials))
            found += [one._replace(glued=glued or number > 0) for number, one in enumerate(pieces)]
        else:
            found.append(_sign(str(match.lastgroup), piece, glued))
            if piece == "Σ":  # a sum, unless the card calls a matrix so
                is_symbol = "Sigma" in names.known()
                found[-1] = FormulaToken("name", "Sigma") if is_symbol else FormulaToken("function", "sum")
    return found


def _sign(kind: str, piece: str, glued: bool) -> FormulaToken:
    if kind == "number":
        return FormulaToken("number", piece.replace(",", ""), glued)
    text = {"**": "^", "||": "‖", "==": "=", "<=": "<", ">=": ">"}.get(piece, piece)
    return FormulaToken("function" if text in ("∂", "∇") else "sign", text, glued)


def _plain(text: str) -> str:
    """One way of writing each sign, letter, superscript and accent."""
    if text.isascii():
        text = text.replace("$", " ")
    else:
        text = re.sub(
            f"[{''.join(_SUPERSCRIPTS)}]+", lambda m: "^{" + "".join(_SUPERSCRIPTS[c] for c in m[0]) + "}", text
        )
        text = re.sub(f"[{''.join(_SUBSCRIPTS)}]+", lambda m: "_{" + "".join(_SUBSCRIPTS[c] for c in m[0]) + "}", text)
        text = unicodedata.normalize("NFD", text)
        text = re.sub(r"(\w)([\u0302-\u0305])", lambda m: f"\\{_ACCENTS[m[2]]}{{{m[1]}}}", text)
        text = unicodedata.normalize("NFKC", text).translate(_SIGNS).replace("$", " ")
        text = re.sub(f"[{''.join(_LETTERS)}]", _spelt, text)
    for pattern, instead in _SPOKEN:
        text = pattern.sub(instead, text)
    return text


def _spelt(match: re.Match[str]) -> str:
    """The name of a letter, kept apart from the letters beside it."""
    before, after = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
    return " " * (before.isalnum() or before == "\\") + _LETTERS[match[0]] + " " * after.isalpha()


def _command(plain: str, at: int, command: str, found: list[FormulaToken]) -> int:
    """Append what a LaTeX command stands for; returns where to go on."""
    if command in _INVISIBLE:
        return at
    if command in _FONTS:
        return _font(plain, at, found)
    text = _COMMANDS.get(command, command)
    if text in GREEK_NAMES:
        found.append(FormulaToken("name", text))
    elif text in FUNCTIONS or text in STRUCTURE or text in ("∂", "∇"):
        found.append(FormulaToken("function", text))
    elif len(text) == 1:
        found.append(FormulaToken("sign", text) if not text.isalpha() else FormulaToken("name", text))
    else:
        raise FormulaError(f"\\{command} is not known")
    return at


def _font(plain: str, at: int, found: list[FormulaToken]) -> int:
    """An upright word is one symbol, whatever its letters; a letter in another font is that letter."""
    group = re.compile(r"\s*(?:\{([A-Za-z0-9 _\-]*)\}|([A-Za-z]))").match(plain, at)
    if not group:
        return at  # `\mathbf{\hat x}`: the braces stay and group
    word = re.sub(r"[ \-]", "", group[1] or group[2])
    builtin = _builtin(word)
    found.append(FormulaToken("function", builtin) if builtin else FormulaToken("name", word))
    return group.end()


def _builtin(word: str) -> str | None:
    spellings = (word,) if word == "LN" else (word, word.lower())  # layer norm is no logarithm
    return next((one for one in spellings if one in FUNCTIONS or one in STRUCTURE), None)


def _word(word: str, names: Names, with_differentials: bool) -> Iterator[FormulaToken]:
    """A run of letters, digits and subscripts as the symbols in it."""
    known = names.known()
    run = word.replace("_", "")
    if word in names.functions or run in names.functions:
        yield FormulaToken("name", word if word in names.functions else run)
    elif run in known:
        yield FormulaToken("name", known[run])
    elif with_differentials and re.match(r"d[A-Za-z]", word):
        yield FormulaToken("function", "∂")
        yield from _word(word[1:], names, False)
    elif with_differentials and word == "d":
        yield FormulaToken("function", "∂")
    elif _builtin(word):
        yield FormulaToken("function", str(_builtin(word)))
    elif word in GREEK_NAMES:
        yield FormulaToken("name", word)
    elif (applied := re.fullmatch(r"([a-z]+)(\d+)", word)) and _builtin(applied[1]):  # ln2
        yield from (FormulaToken("function", applied[1]), FormulaToken("number", applied[2]))
    elif word in ("if", "else", "and", "or", "for", "is"):
        raise FormulaError(f"{word} is no symbol")
    else:
        yield from _unknown(word, names, known)


def _unknown(word: str, names: Names, known: dict[str, str]) -> Iterator[FormulaToken]:
    head, _, rest = word.partition("_")
    if rest and _builtin(head) in ("sum", "prod", "log", "norm"):
        yield FormulaToken("function", str(_builtin(head)))
        yield from (FormulaToken("sign", "_"), FormulaToken("name", rest))
        return
    cut = _cut(word, _candidates(names, known))
    if cut:
        yield from cut
        return
    letters = re.match(r"[A-Za-z]+", word)
    single = letters[0] if letters else word
    if len(single) in (2, 3) and single not in GREEK_NAMES and (names.author or any(one in known for one in single)):
        yield from (FormulaToken("name", one) for one in single)
        word = word[len(single) :]
    else:
        yield FormulaToken("name", single)
        word = word[len(single) :]
    for subscript in re.findall("[A-Za-z0-9]+", word):
        yield from (FormulaToken("sign", "_"), FormulaToken("name", subscript))


def _candidates(names: Names, known: dict[str, str]) -> dict[str, FormulaToken]:
    """What a run of letters may be cut into, by spelling."""
    found = {one: FormulaToken("function", one) for one in FUNCTIONS if len(one) > 2 or one == "ln"}
    found |= {one: FormulaToken("name", one) for one in GREEK_NAMES}
    found |= {one: FormulaToken("name", one) for one in names.functions}
    for run, symbol in known.items():
        found[run] = found[symbol.replace(",", "_")] = FormulaToken("name", symbol)
        if "_" in symbol:
            found.setdefault(base_of(symbol), FormulaToken("name", base_of(symbol)))
    return found


def _cut(run: str, candidates: dict[str, FormulaToken]) -> list[FormulaToken]:
    """The run as a sequence of candidates, the longest first; empty where it is none."""
    best: dict[int, list[FormulaToken]] = {len(run): []}
    for at in range(len(run) - 1, -1, -1):
        for end in range(len(run), at, -1):
            if end in best and run[at:end] in candidates:
                best[at] = [candidates[run[at:end]], *best[end]]
                break
    return best.get(0, [])
