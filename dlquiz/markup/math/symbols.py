"""What each LaTeX name looks like in Unicode, and which characters exist raised, lowered, bold or with an accent."""

from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


GREEK = _pairs(
    r"""\alpha α \beta β \gamma γ \delta δ \epsilon ϵ \varepsilon ε \zeta ζ \eta η \theta θ \vartheta ϑ \iota ι
    \kappa κ \lambda λ \mu μ \nu ν \xi ξ \omicron ο \pi π \varpi ϖ \rho ρ \varrho ϱ \sigma σ \varsigma ς \tau τ
    \upsilon υ \phi ϕ \varphi φ \chi χ \psi ψ \omega ω \Gamma Γ \Delta Δ \Theta Θ \Lambda Λ \Xi Ξ \Pi Π \Sigma Σ
    \Upsilon Υ \Phi Φ \Psi Ψ \Omega Ω"""
)
ORDINARY = _pairs(
    r"""\infty ∞ \partial ∂ \nabla ∇ \ell ℓ \hbar ℏ \forall ∀ \exists ∃ \nexists ∄ \emptyset ∅ \varnothing ∅ \top ⊤
    \bot ⊥ \angle ∠ \triangle △ \square □ \Box □ \blacksquare ■ \checkmark ✓ \star ⋆ \bigstar ★ \Re ℜ \Im ℑ \aleph ℵ
    \prime ′ \degree ° \neg ¬ \lnot ¬ \ldots … \dots … \dotsc … \dotsb ⋯ \dotsm ⋯ \cdots ⋯ \vdots ⋮ \ddots ⋱ \imath ı
    \jmath ȷ \dagger † \ddagger ‡ \S § \pounds £ \% % \$ $ \# # \& & \_ _ \surd √ \clubsuit ♣ \diamondsuit ♢
    \heartsuit ♡ \spadesuit ♠ \flat ♭ \sharp ♯ \natural ♮ \mho ℧ \wp ℘ \complement ∁ \lozenge ◊ \qed ∎"""
)
BINARY = _pairs(
    r"""\pm ± \mp ∓ \times × \div ÷ \cdot · \ast ∗ \circ ∘ \bullet • \odot ⊙ \otimes ⊗ \oplus ⊕ \ominus ⊖ \oslash ⊘
    \cap ∩ \cup ∪ \sqcap ⊓ \sqcup ⊔ \wedge ∧ \land ∧ \vee ∨ \lor ∨ \setminus ∖ \smallsetminus ∖ \bmod mod
    \boxtimes ⊠ \boxplus ⊞ \ltimes ⋉ \rtimes ⋊ \uplus ⊎ \diamond ⋄ \amalg ⨿ \wr ≀ \bigcirc ◯"""
)
RELATION = _pairs(
    r"""\le ≤ \leq ≤ \leqslant ⩽ \ge ≥ \geq ≥ \geqslant ⩾ \ne ≠ \neq ≠ \lt < \gt > \ll ≪ \gg ≫ \approx ≈ \approxeq ≊
    \sim ∼ \simeq ≃ \cong ≅ \equiv ≡ \propto ∝ \in ∈ \ni ∋ \notin ∉ \subset ⊂ \subseteq ⊆ \subsetneq ⊊ \supset ⊃
    \supseteq ⊇ \to → \rightarrow → \leftarrow ← \gets ← \leftrightarrow ↔ \Rightarrow ⇒ \Leftarrow ⇐
    \Leftrightarrow ⇔ \implies ⟹ \impliedby ⟸ \iff ⟺ \longrightarrow ⟶ \longleftarrow ⟵ \Longrightarrow ⟹
    \longleftrightarrow ⟷ \mapsto ↦ \longmapsto ⟼ \hookrightarrow ↪ \uparrow ↑ \downarrow ↓ \updownarrow ↕ \nearrow ↗
    \searrow ↘ \swarrow ↙ \nwarrow ↖ \rightharpoonup ⇀ \rightleftharpoons ⇌ \leadsto ⇝ \rightsquigarrow ⇝ \mid |
    \parallel ∥ \perp ⊥ \models ⊨ \vdash ⊢ \dashv ⊣ \prec ≺ \succ ≻ \preceq ⪯ \succeq ⪰ \asymp ≍ \doteq ≐
    \triangleq ≜ \coloneqq ≔ \eqqcolon ≕ \lesssim ≲ \gtrsim ≳ \nmid ∤ \nparallel ∦ \therefore ∴ \because ∵
    \rightrightarrows ⇉ \twoheadrightarrow ↠ \sqsubseteq ⊑ \sqsupseteq ⊒ \vDash ⊨ \bowtie ⋈"""
)
# Big operators: in a displayed formula their limits stand above and below, but those of integrals at the side.
BIG = _pairs(
    r"""\sum ∑ \prod ∏ \coprod ∐ \bigcup ⋃ \bigcap ⋂ \bigoplus ⨁ \bigotimes ⨂ \bigodot ⨀ \bigvee ⋁ \bigwedge ⋀
    \bigsqcup ⨆ \biguplus ⨄ \int ∫ \iint ∬ \iiint ∭ \oint ∮"""
)
INTEGRALS = frozenset("∫∬∭∮")
FUNCTIONS = words(
    r"""\arccos \arcsin \arctan \arg \cos \cosh \cot \coth \csc \deg \det \dim \exp \gcd \hom \inf \ker \lg \lim \liminf
    \limsup \ln \log \max \min \Pr \sec \sin \sinh \sup \tan \tanh \argmax \argmin"""
)
LIMIT_FUNCTIONS = frozenset(
    ("det", "gcd", "inf", "lim", "lim inf", "lim sup", "max", "min", "Pr", "sup", "argmax", "argmin")
)
DELIMITERS = _pairs(
    r"""( ( ) ) [ [ ] ] \{ { \} } \lbrace { \rbrace } \lbrack [ \rbrack ] \langle ⟨ \rangle ⟩ < ⟨ > ⟩ \lfloor ⌊
    \rfloor ⌋ \lceil ⌈ \rceil ⌉ | | \vert | \lvert | \rvert | \| ‖ \Vert ‖ \lVert ‖ \rVert ‖ / / \backslash ∖
    \uparrow ↑ \downarrow ↓ \llbracket ⟦ \rrbracket ⟧ \ulcorner ⌜ \urcorner ⌝"""
) | {".": ""}
OPENING = frozenset("([{⟨⌊⌈⟦⌜")
CLOSING = frozenset(")]}⟩⌋⌉⟧⌝")
SPACES = {
    r"\,": 1, r"\:": 1, r"\;": 1, r"\>": 1, r"\ ": 1, "~": 1, r"\quad": 2, r"\qquad": 4, r"\!": 0, r"\thinspace": 1,
    r"\medspace": 1, r"\thickspace": 1, r"\enspace": 1, r"\space": 1, r"\negthinspace": 0, r"\nobreakspace": 1,
}  # fmt: skip
ACCENTS = {
    r"\hat": "\u0302", r"\widehat": "\u0302", r"\tilde": "\u0303", r"\widetilde": "\u0303", r"\bar": "\u0304",
    r"\vec": "\u20d7", r"\dot": "\u0307", r"\ddot": "\u0308", r"\check": "\u030c", r"\breve": "\u0306",
    r"\acute": "\u0301", r"\grave": "\u0300", r"\mathring": "\u030a", r"\overline": "\u0305",
    r"\underline": "\u0332", r"\overrightarrow": "\u20d7",
}  # fmt: skip
NEGATED = _pairs("= ≠ ∈ ∉ ∋ ∌ ⊂ ⊄ ⊆ ⊈ ⊃ ⊅ ⊇ ⊉ ≡ ≢ ∼ ≁ ≈ ≉ ≤ ≰ ≥ ≱ < ≮ > ≯ ∃ ∄ ∣ ∤ | ∤ ∥ ∦ ≃ ≄ ≅ ≇ ⇒ ⇏ → ↛")

SUPERSCRIPT = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤βγδθφχ′″‴",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀᵝᵞᵟᶿᵠᵡ′″‴",
        strict=True,
    )
)
SUBSCRIPT = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
# Marks that already stand high in every font, so that a raised one is the character itself.
RAISED = {"∗": "*", "*": "*", "†": "†", "‡": "‡", "∘": "°", "°": "°", "′": "′"}

_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_GREEK_BOLD = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ"
_HOLES = {
    "cal": _pairs("B ℬ E ℰ F ℱ H ℋ I ℐ L ℒ M ℳ R ℛ e ℯ g ℊ o ℴ"),
    "frak": _pairs("C ℭ H ℌ I ℑ R ℜ Z ℨ"),
    "bb": _pairs("C ℂ H ℍ N ℕ P ℙ Q ℚ R ℝ Z ℤ"),
}


def _alphabet(letters: int, digits: int | None, holes: str = "") -> dict[str, str]:
    table = {letter: chr(letters + index) for index, letter in enumerate(_LATIN)}
    if digits is not None:
        table |= {str(digit): chr(digits + digit) for digit in range(10)}
    return table | _HOLES.get(holes, {})


# Letter shapes by the name of the alphabet; italics and upright are left as plain letters.
ALPHABETS = {
    "bf": _alphabet(0x1D400, 0x1D7CE) | {letter: chr(0x1D6A8 + index) for index, letter in enumerate(_GREEK_BOLD)},
    "cal": _alphabet(0x1D49C, None, "cal"),
    "frak": _alphabet(0x1D504, None, "frak"),
    "bb": _alphabet(0x1D538, 0x1D7D8, "bb"),
    "rm": {},
    "it": {},
}
FONTS = {
    r"\mathbf": "bf", r"\bm": "bf", r"\boldsymbol": "bf", r"\pmb": "bf", r"\mathcal": "cal", r"\mathscr": "cal",
    r"\mathfrak": "frak", r"\mathbb": "bb", r"\mathds": "bb", r"\mathbbm": "bb", r"\mathrm": "rm", r"\mathsf": "rm",
    r"\mathtt": "rm", r"\mathit": "it", r"\mathnormal": "it",
}  # fmt: skip
FONT_SWITCHES = {r"\rm": "rm", r"\bf": "bf", r"\it": "it", r"\cal": "cal", r"\sf": "rm", r"\tt": "rm"}
