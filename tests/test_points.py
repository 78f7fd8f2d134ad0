"""Points of open cards: what a typed answer says, may have meant, or leaves out."""

from __future__ import annotations

import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.cards import Point, Text
from dlquiz.grading.open_answer.cue_rows import find, row
from dlquiz.grading.open_answer.phrases import Reply, WordSpan, phrase
from dlquiz.grading.open_answer.points import judge, quote, targets
from dlquiz.grading.stems import american, stem
from dlquiz.grading.thesaurus import Thesaurus
from dlquiz.grading.typos import KnownWords, one_typo
from dlquiz.grading.words import MAX_LENGTH, words

THESAURUS = Thesaurus(
    [("batch normalization", "batch norm", "BN", "批归一化"), ("learning rate", "lr", "学习率"), ("variance", "方差")]
)


def says(cue: str, text: str, thesaurus: Thesaurus | None = None) -> bool:
    return find(Reply(text), row(cue, thesaurus)) is not None


def states(cues: list[list[str]], text: str, known: KnownWords | None = None) -> list[str]:
    points = tuple(Point(Text(f"point {n}"), tuple(rows)) for n, rows in enumerate(cues))
    return [found.state for found in judge(targets(points, Text("?"), None, known), text)]


@given(
    st.lists(st.sampled_from(["ab", "cd", "abcd", "abcdef", "bcda", ","]), max_size=6).map(" ".join),
    st.sampled_from(["abcd", "abcda", "cdab", "abcdefab", "bcdaabc"]),
)
def test_a_stem_is_found_where_words_run_together_are_it_or_begin_with_it_to_their_last_word(
    text: str, form: str
) -> None:
    reply, (part,) = Reply(text), phrase(form).parts
    runs = [
        (start, end, "".join(word.form for word in reply.words[start : end - 1]), reply.words[end - 1])
        for start in range(len(reply.words))
        for end in range(start + 1, min(start + 4, len(reply.words)) + 1)
        if len({word.clause for word in reply.words[start:end]}) == 1
    ]
    expected = {
        (start, end)
        for start, end, before, last in runs
        if {before + last.form, before + last.stem} & {part.form, part.stem}
        or ((before + last.form).startswith(form) and len(before) < len(form))
    }
    found = reply.find(phrase(form))
    assert set(found) == expected or (len(found) == 8 and set(found) < expected)


@pytest.mark.parametrize(
    ("cues", "quoted"),
    [
        # More words before fewer, those near together before the same far apart, as written before a synonym.
        (("variance", "variance same"), "same variance"),
        (("same here", "same variance"), "same variance"),
        (("方差", "variance"), "variance"),
    ],
)
def test_the_plainest_cue_is_quoted(cues: tuple[str, ...], quoted: str) -> None:
    text = "It keeps the same variance in every layer here."
    (found,) = judge(targets((Point(Text("point"), cues),), Text("?"), THESAURUS), text)
    assert quote(text, found.by) == quoted


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        # Any order, both languages in one row, alternatives.
        ("variance|方差 same|kept|不变", "it keeps the same variance"),
        ("variance|方差 same|kept|不变", "方差保持不变"),
        ("variance|方差 same|kept|不变", "让每层输出的 variance 不变"),
        # The rest of a word after its stem; plurals of short words; spellings.
        ("shar key", "the keys are shared by all heads"),
        ("lr warm", "warming up all lrs"),
        ("normalis", "it is normalized"),
        ("center", "the inputs are centred"),
        # Words run together and apart.
        ("batch_norm", "use BatchNorm"),
        ("batch_norm", "batch-normalisation"),
        ("finetun", "after fine-tuning"),
        ("fine_tun", "after finetuning"),
        ("relu", "PReLU or ReLUs"),
        ("norm", "GroupNorm instead"),
        ("bn", "SyncBN"),
        # Particles are nothing of their own.
        ("仍是线性", "仍然是线性的".replace("然", "")),
        ("通用特征", "学到通用的特征"),
        ("批归一化", "批 归一化"),
        # Numbers, signs, formulas.
        ("0.25", "at most ０.２５"),
        ("1/3", r"about $\frac{1}{3}$ of it"),
        ("9408", "9,408 parameters"),
        ("sigma", "σ² grows"),
        ("10^-2", "10⁻²"),
        ("3x3", "a stack of 3×3 kernels"),
        ("y_hat - y", "the error is ŷ − y"),
        ("ŷ|prediction - y", "y\u0302-y"),
        ("▁", "a blank becomes ▁"),
        # Plain cues keep their meaning; the little words are left out.
        ("keep the size", "it keeps the size"),
        ("尺寸不变", "特征图尺寸不变"),
    ],
)  # fmt: skip
def test_cue_is_found(cue: str, text: str) -> None:
    assert says(cue, text)


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("flat", "it inflates"),
        ("log", "the logits"),
        ("0.25", "10.25"),
        ("variance same", "the same mean; a long way off stands one more thing about the variance"),
        ("batch_norm", "the norm of a batch"),
        # Denied.
        ("mask", "no causal mask is needed"),
        ("mask", "不需要 mask"),
        ("linear separab", "XOR is not linearly separable"),
        ("线性可分", "异或不是线性可分的"),
        ("converge", "it doesn't converge"),
        ("vanish", "gradients never vanish"),
        ("label", "works without labels"),
        ("vanish", "gradients no longer vanish"),
        ("mask", "nothing is masked"),
        ("first high", "the first is not high, the other high"),
        ("训练 高", "训练误差不高，测试误差才高"),
        # What a word holds that denies only itself.
        ("线性", "非线性激活"),
        ("相同|同", "结果不同"),
        ("only reply", "not only the reply counts"),
        # A `not` that the cue asks for and that denies something else.
        ("no|not saturat", "it saturates, there is no sparsity"),
        ("不 饱和", "会饱和，并不稀疏"),
        # Forbidden in the clause.
        ("steep !mse|平方", "cross-entropy is flat, MSE is steep"),
        ("陡 !mse|平方", "平方误差更陡"),
    ],
)
def test_cue_is_not_found(cue: str, text: str) -> None:
    assert not says(cue, text)


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("no|not|without bias", "the bias is not needed"),
        ("不|没 偏置", "不需要偏置"),
        ("regularis", "not only faster, it also regularises"),
        ("独立", "各样本不同且独立"),
        ("faster", "it is no slower; in fact, faster"),
        ("rescal", "no change of size, it rescales"),
        ("not saturat", "it doesnt saturate"),
        ("can't converg", "it cannot converge"),
        # Denied in one place and said in another.
        ("sparse", "sigmoid is not sparse, ReLU is sparse"),
        ("稀疏", "sigmoid 没有稀疏性，ReLU 有稀疏激活"),
        ("一对一 训练", "推理时没有一对一匹配，训练时有一对一匹配"),
        ("一致|不一致 回答", "多次回答不一致"),
        ("权限", "看用户有没有权限"),
        ("类", "按类别分开"),
        ("低频 插值", "低频（一圈没转完）插值"),
        ("low interpol", "low (not a whole turn) ones interpolated"),
        ("淹没 位置", "被淹没的位置"),
        ("cannot converg", "it cant converge"),
        ("steep !mse|平方", "cross entropy is steep, MSE is flat"),
        ("steep !mse", "cross entropy is steep while mse is flat"),
        ("steep curve !mse", "mse has a steep curve, cross entropy has a curve that is steep"),
    ],
)
def test_what_denies_something_else_does_not_count(cue: str, text: str) -> None:
    assert says(cue, text)


def test_thesaurus_holds_for_cues_and_replies_alike() -> None:
    for cue, text in (
        ("lr", "学习率要小"),
        ("学习率", "a small learning rate"),
        ("bn", "批归一化"),
        ("批归一化", "BatchNorm"),
    ):
        assert says(cue, text, THESAURUS)
        assert not says(cue, text)


def test_mistyped_words_are_corrected() -> None:
    assert states([["gradient vanish"]], "the gradeint vanihses") == ["said"]
    # A right word of its own is not bent to another that is near.
    assert states([["symmetric"]], "it is asymmetric") == ["missing"]


def test_known_words_are_no_mistyped_ones() -> None:
    known = KnownWords(["contain", "leading", "convergence", "contamination"])
    for cue, text in (("contamin", "it contains noise"), ("loading", "the leading term")):
        assert states([[cue]], text, known) == ["missing"]
    assert states([["loading"]], "the leading term") == ["said"]


def test_whole_words_are_compared_not_beginnings() -> None:
    known = KnownWords(["convergence", "contamination"])
    for cue, typed in (("converg", "convregence"), ("converg", "convrge"), ("contamin", "contmination")):
        assert states([[cue]], f"faster {typed}", known) == ["said"]
    assert states([["identic"]], "the identity") == ["missing"]


def test_own_words_of_a_point_speak_for_it_where_half_of_the_points_are_made() -> None:
    texts = (Text("stays cheap at inference", "推理便宜"), Text("keeps the variance of signals", "保持信号的方差"))
    points = tuple(Point(text, (cue,)) for text, cue in zip(texts, ("cheap|便宜", "unheard"), strict=True))
    card = targets(points, Text("Why?", "为什么？"))
    said = {
        "cheap, and signals keep their variance": "said",
        "便宜，信号方差保持一样": "said",
        "expensive, and signals keep their variance": "maybe",
        "cheap, and signals do not keep the variance": "maybe",
        "便宜，但信号的方差没有保持": "maybe",
        "cheap signals": "maybe",
    }
    assert {text: judge(card, text)[1].state for text in said} == said
    text = "便宜，信号方差保持一样"
    assert quote(text, judge(card, text)[1].by) == "信号方差保持"


def test_words_that_another_point_has_do_not_speak_for_one() -> None:
    points = (Point(Text("keeps the variance"), ("variance",)), Point(Text("keeps the variance of gradients"), ("x",)))
    assert [one.state for one in judge(targets(points, Text("?")), "keeps the variance")] == ["said", "maybe"]


def test_only_point_found_that_echoes_nothing_is_asked_about() -> None:
    cues = [["steep"], ["flat"]]
    assert states(cues, "it is steep here") == ["maybe", "missing"]
    assert states(cues, "it is steep here, flat there") == ["said", "said"]


def test_only_point_found_is_ticked_when_it_is_much_of_what_is_said() -> None:
    cues = [["steep slope|curve"], ["flat"]]
    for text in ("steep slope", "a steep curve", "the curve is steep"):
        assert states(cues, text) == ["said", "missing"]
    assert states(cues, "the loss is smoother with a steep curve than without") == ["maybe", "missing"]
    assert states([["陡 曲线"], ["平坦"]], "曲线更陡") == ["said", "missing"]
    # Different words speak for it.
    text = "the loss is smoother and steep, and much less noise comes from its slope than without"
    assert states([["steep", "slope"], ["flat"]], text) == ["said", "missing"]
    assert states([["steep", "steep|slopes"], ["flat"]], text.replace("slope", "curve")) == ["maybe", "missing"]
    assert states([["等|等待 解码"], ["切段"]], "长预填充占住一整步时间，其他人的解码就只能等") == ["maybe", "missing"]
    cues = [["等|等待 解码", "其他|别人 等"], ["切段"]]
    assert states(cues, "长预填充占住一整步时间，其他人的解码就只能等") == ["said", "missing"]


@pytest.mark.parametrize(
    ("named", "typed"),
    [
        ("ReLU", "a relu"),
        ("ReLU", "a ReLU"),
        ("SwiGLU", "swiglu"),
        ("BatchNorm", "batch norm"),
        ("batch norm", "BatchNorm"),
    ],
)
def test_names_with_capitals_inside_are_the_point_s_own_words(named: str, typed: str) -> None:
    points = (Point(Text(named), ("steep",)), Point(Text("flat"), ("flat",)))
    text = f"it is {typed} that some people say is a little steep"
    assert [found.state for found in judge(targets(points, Text("?")), text)] == ["said", "missing"]
    only_named = judge(targets(points, Text("?")), f"because of {typed}, one hears")[0]
    assert (only_named.state, quote(f"because of {typed}, one hears", only_named.by)) == (
        "maybe",
        typed.removeprefix("a "),
    )


@pytest.mark.parametrize("cue", ["p-y", "p_-_y", "p − y"])
@pytest.mark.parametrize("text", ["p-y", "p - y", "p−y", "it is p- y"])
def test_minus_between_two_letters_is_one_with_and_without_blanks(cue: str, text: str) -> None:
    assert says(cue, text)
    assert [word.form for word in words("k-means of t-SNE")] == ["k", "means", "of", "t", "sne"]


def test_words_too_far_apart_may_have_been_meant() -> None:
    far = "the variance of what comes out of each of the many layers of the network in the end stays the same"
    assert states([["variance same"], ["mean zero"]], far) == ["maybe", "missing"]


def test_nothing_typed_says_nothing() -> None:
    for text in ("", "   ", "。，", "\x00", "()"):
        assert states([["a", "steep"], ["|", "!x"]], text) == ["missing", "missing"]


def test_words_that_speak_are_shown_as_typed() -> None:
    text = "它保持 Variance（方差）不变"
    point = Point(Text("keeps the variance"), (), ("variance|方差 不变",))
    (found,) = judge(targets((point,), Text("?")), text)
    assert quote(text, found.by) in ("Variance … 不变", "方差 … 不变")


cue_words = st.sampled_from(["variance", "kept", "batch_norm", "方差", "不变", "lr", "gradient", "1/3", "shar"])
rows = st.lists(st.lists(cue_words, min_size=1, max_size=3).map("|".join), min_size=1, max_size=4).map(" ".join)
texts = st.text(alphabet=string.ascii_letters + string.digits + " ,.;-_|!^/方差不变没有的σ²（）\\{}$", max_size=80)


@given(rows, st.lists(texts, max_size=4))
def test_places_lie_in_the_text_and_word_order_does_not_matter(cue: str, pieces: list[str]) -> None:
    text = " ".join(pieces)
    match = find(reply := Reply(text), row(cue))
    if match is None:
        return
    for start, end in reply.typed(match.spans):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()
    backwards = find(reply, row(" ".join(reversed(cue.split()))))
    assert backwards is not None
    assert backwards.spread == match.spread


@given(st.lists(cue_words, min_size=1, max_size=4, unique=True))
def test_cue_is_found_in_its_own_words(chosen: list[str]) -> None:
    assert says(" ".join(chosen), " ".join(chosen).replace("_", " "))


@given(texts)
def test_every_word_stands_where_it_was_typed(text: str) -> None:
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        if word.kind == "han":
            assert text[word.start : word.end] == word.form


@given(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=12), st.data())
def test_one_typo_is_symmetric(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    slipped = word[:at] + word[at + 1 :]
    assert one_typo(slipped, word)
    assert one_typo(word, slipped)


def test_verbs_in_ise_are_not_the_words_they_are_made_of() -> None:
    for spelling in ("tokenis", "tokeniser", "tokenization", "tokenizing"):
        for text in ("the tokeniser", "a tokenizer", "tokenisation", "it tokenizes"):
            assert says(spelling, text)
        assert not says(spelling, "two tokens")
    assert not says("normalisation", "a normal distribution")


BRITISH_AND_AMERICAN = [
    ("artefacts", "artifacts"), ("greyscale", "grayscale"), ("signalling", "signaling"), ("labellers", "labelers"),
    ("licence", "license"), ("defence", "defense"), ("judgement", "judgment"), ("focussed", "focused"),
    ("catalogue", "catalog"), ("fibre", "fiber"), ("rigour", "rigor"), ("channelled", "channeled"),
    ("behavioural", "behavioral"), ("centring", "centering"), ("analysed", "analyzed"), ("optimiser", "optimizer"),
]  # fmt: skip


def test_british_and_american_spelling_are_one() -> None:
    pairs = [*BRITISH_AND_AMERICAN, *((american, british) for british, american in BRITISH_AND_AMERICAN)]
    assert [pair for pair in pairs if not says(*pair)] == []


FAMILIES = [
    "normal",
    "token tokens",
    "tokenise tokenize tokeniser tokenizers tokenisation tokenizing tokenised",
    "general",
    "generalise generalizes generalisation generalizable",
    "parameter parameters",
    "normalise normalize normalised normalisation normalizations normalizing",
    "converge converges converging converged",
    "vanish vanishes vanishing vanished",
    "class classes",
    "batch batches batching batched",
    "category categories",
    "step steps stepping stepped",
    "halve halves halving",
    "bias",
    "loss",
    "basis",
    "model models modelling modelled modeled",
]


def test_forms_of_one_word_share_a_stem_and_no_two_words_do() -> None:
    stems = [{stem(american(form)) for form in family.split()} for family in FAMILIES]
    assert [len(found) for found in stems] == [1] * len(FAMILIES)
    assert len(set().union(*stems)) == len(FAMILIES)


def test_very_long_answer_is_looked_at_up_to_a_limit() -> None:
    text = "variance same " * 20_000
    assert len(words(text)) <= MAX_LENGTH
    assert states([["variance same kept " * 4], ["a|b " * 50]], text)


@pytest.mark.no_cover
@pytest.mark.parametrize(("cue", "text"), [("b|a", "not {}"), ("b|a !mse", "mse {}")])
def test_few_choices_of_words_that_do_not_count_are_tried(cue: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def counted(reply: Reply, spans: Sequence[WordSpan]) -> bool:
        tried.append(spans)
        return False

    monkeypatch.setattr(Reply, "denies_apart", counted)
    asked, _, forbidden = cue.partition(" ")
    assert not says(f"{f'{asked} ' * 8}{forbidden}", text.format("a " * 8))
    assert 0 < len(tried) < 1000
