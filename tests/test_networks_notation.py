"""The notation of networks: printing and reading are inverse, errors point at the token, nothing hangs."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dlquiz import calc, expressions
from dlquiz.calc import CalcError
from dlquiz.calc.networks.graph import build
from dlquiz.calc.networks.notation.parser import NotationError, read
from dlquiz.calc.networks.notation.tree import written
from dlquiz.calc.networks.notation.vocabulary import BLOCKS, LAYERS, NEEDED, arguments
from dlquiz.calc.networks.units.token_layers import LAYER_MAKERS
from dlquiz.calc.networks.zoo import named_networks, notation
from dlquiz.calc.translations import formula

# ── drawing networks: any text of the grammar, whether or not its layers fit


NAMES = ("block", "up", "f2", "stage_1")
PARAMETERS = ("w", "c2", "n")


def sizes(parameters: tuple[str, ...]) -> st.SearchStrategy[str]:
    atom = st.one_of(st.integers(0, 4096).map(str), st.sampled_from(parameters or ("64",)))
    product = st.lists(st.tuples(st.sampled_from(["*", "//"]), atom), max_size=2)
    one = st.builds(lambda first, rest: first + "".join(a + b for a, b in rest), atom, product)
    return st.lists(one, min_size=1, max_size=2).map("+".join)


@st.composite
def written_arguments(draw: st.DrawFn, name: str, parameters: tuple[str, ...]) -> str:
    words = []
    for word, kind in draw(st.permutations(list(arguments(name).items()))):
        if NEEDED.get(name) != word and draw(st.booleans()):
            continue
        if kind == "f":
            words.append(word)
        elif "|" in kind:
            words.append(f"{word}={draw(st.sampled_from(kind.split('|')))}")
        elif kind == "l":
            words.append(f"{word}=here")
        else:
            words.append(draw(values(word, kind, parameters)))
    return "".join(" " + one for one in words)


@st.composite
def values(draw: st.DrawFn, word: str, kind: str, parameters: tuple[str, ...]) -> str:
    number = st.integers(0, 300).map(str)
    if kind == "b":
        value = draw(st.sampled_from(["0", "1"]))
    elif kind == "r":
        value = draw(st.sampled_from(["0", "1", "0.5", "0.25"]))
    elif kind == "i":
        value = draw(number)
    else:
        forms = [number, st.lists(number, min_size=2, max_size=3).map("x".join), sizes(parameters)]
        if kind == "p":
            pair = st.tuples(number, number).map(":".join)
            forms += [
                st.lists(pair, min_size=1, max_size=3).map("x".join),
                st.sampled_from(["same", "valid", "tf-same"]),
            ]
        value = draw(st.one_of(forms))
    glued = len(word) == 1 and re.fullmatch(r"\d[\dx:.]*", value) and draw(st.booleans())
    return f"{word}{value}" if glued else f"{word}={value}"


@st.composite
def units(draw: st.DrawFn, depth: int, parameters: tuple[str, ...], lets: dict[str, int]) -> str:
    roll = draw(st.integers(0, 9)) if depth < 3 else 9
    if roll == 0:
        return f"({draw(chains(depth + 1, parameters, lets))})"
    if roll in (1, 2):
        name = draw(st.sampled_from(sorted(BLOCKS)))
        fewest, most, _ = BLOCKS[name]
        inside = st.lists(chains(depth + 1, parameters, lets), min_size=fewest, max_size=min(most, 3))
        between = draw(st.sampled_from(["|", " | ", "\n|"]))
        return f"{name}{draw(written_arguments(name, parameters))} ({between.join(draw(inside))})"
    if roll == 3 and lets:
        name = draw(st.sampled_from(sorted(lets)))
        given_ = ", ".join(draw(sizes(parameters)) for _ in range(lets[name]))
        return f"{name}({given_})" if given_ else name
    if roll == 4:
        return "input " + draw(shapes())
    name = draw(st.sampled_from(sorted(LAYERS)))
    rule = LAYERS[name][0]
    size = draw(sizes(parameters)) if rule == "!" or (rule == "?" and draw(st.booleans())) else ""
    return f"{name}{' ' + size if size else ''}{draw(written_arguments(name, parameters))}"


@st.composite
def chains(draw: st.DrawFn, depth: int, parameters: tuple[str, ...], lets: dict[str, int]) -> str:
    steps = []
    for _ in range(draw(st.integers(1, 3))):
        repeat = draw(st.sampled_from(["", "", "", "3*", "12*", *(f"{one}*" for one in parameters)]))
        label = draw(st.sampled_from(["", "", "", " as here", " as x_1"]))
        steps.append(repeat + draw(units(depth, parameters, lets)) + label)
    return draw(st.sampled_from([", ", ",", " ,\n  "])).join(steps)


@st.composite
def shapes(draw: st.DrawFn) -> str:
    axes = draw(st.lists(st.integers(1, 512), min_size=1, max_size=4))
    tokens = len(axes) < 3 and draw(st.booleans())
    return "x".join(map(str, axes)) + (" tokens" if tokens else "")


@st.composite
def networks(draw: st.DrawFn) -> str:
    lets: dict[str, int] = {}
    text = ""
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2)):
        parameters = tuple(draw(st.lists(st.sampled_from(PARAMETERS), unique=True, max_size=2)))
        head = f"{name}({', '.join(parameters)})" if parameters else name
        text += f"let {head} = {draw(chains(1, parameters, dict(lets)))}{draw(st.sampled_from([chr(10), '; ']))}"
        lets[name] = len(parameters)
    return text + draw(shapes()) + ", " + draw(chains(0, (), lets))


@pytest.mark.no_cover
def test_shipped_networks_print_and_read_back() -> None:
    for name in named_networks():
        tree = read(notation(name))
        assert read(written(tree)) == tree, name


@settings(deadline=10_000, suppress_health_check=list(HealthCheck))
@given(networks())
def test_any_network_reads_as_it_prints_and_is_computed_or_refused(text: str) -> None:
    tree = read(text)
    canonical = written(tree)
    assert read(canonical) == tree
    assert written(read(canonical)) == canonical
    try:
        net = calc.network(text)
    except CalcError as error:
        refused = error
    else:
        assert net.parameters == sum(layer.parameters for layer in net.layers)
        assert net.receptive_field is None or net.receptive_field
        return
    assert refused.fix
    assert "\n" not in str(refused)


# Twice as many steps in each let, and not one layer at the end of it.
DOUBLING = "let a(n) = n*relu; let b0 = a(0), a(0);" + "".join(f"let b{i + 1} = b{i}, b{i};" for i in range(40))
DOUBLING += "3x2, b40"
WORDS = st.sampled_from([
    "conv", "64", "k3", "3x224x224", ",", ",", "(", ")", "|", "let", "=", "3*", "relu", "residual", "as", "x", "from=x",
    "tokens", "\n", ";", "#", "input", "w", "4*w", "p=same", "gap", "linear", "p1:2x0:1", "moe", "experts=4", "*", "×",
])  # fmt: skip


@settings(deadline=10_000)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join)))
@example("3x224x224, " + "(" * 5000)
@example("3x224x224, " + "9" * 5000 + "*relu")
@example("3x224x224, 1000000*(1000000*(relu))")
@example("3x224x224, conv 99999999999999999999 k1")
@example(DOUBLING)
@example("128 tokens, embedding 8 v9, " + "concat(" * 50 + "identity|identity" + ")" * 50)
def test_random_text_raises_nothing_but_its_error(text: str) -> None:
    with suppress(CalcError):
        calc.network(text)


# ── errors that point


@pytest.mark.parametrize(
    ("text", "token", "expected"),
    [
        ("3x224x224, conv 64 kk7", "kk7", "it takes k3 s2 p1"),
        ("3x224x224, conv64 k3", "conv64", "put a space: conv 64"),
        ("3x224x224, convv 64 k3", "convv", "did you mean conv"),
        ("3x224x224 conv 64 k3", "conv", '","'),
        ("3x224x224, conv k3", "k3", "the output channels of conv"),
        ("3x224x224, conv 64", "conv", "needs k"),
        ("3x224x224, maxpool 2", "2", "takes no size"),
        ("3x224x224, conv 64 k3 k5", "k5", "stands twice"),
        ("3x224x224, conv 64 k3 p=full", "p=full", "p"),
        ("3x224x224, residual(relu", "", '")"'),
        ("3x224x224, concat(relu)", "concat", "2 to 64"),
        ("let f(w) = conv v k1\n3x2x2, f(1)", "v", "no parameter"),
        ("let f(w) = conv w k1\n3x2x2, f(1, 2)", "f", "takes 1 sizes"),
        ("let conv = relu\n3x2x2, conv", "conv", "word of the notation"),
        ("3x2x2, n*relu", "n*relu", "number of repeats"),
        ("3x2x2, relu as 3", "3", "a label"),
        ("hello, world", "hello", "the input"),
        ("3x0x2, relu", "3x0x2", "not an input"),
        ("1x2x3x4x5, relu", "1x2x3x4x5", "not an input"),
        ("2x3x4 tokens, relu", "2x3x4", "one or two"),
        ("3x2x2, relu; gap", ";", "the end"),
        ("3x2x2, 2x(relu)", "2x", "2*( … )"),
        ("3x2x2, windows (relu)", "windows", "needs k"),
        ("3x2x2, pad", "pad", "needs p"),
        ("4x8 tokens, transposed", "transposed", "did you mean transpose"),
        ("4x8 tokens, selectivescan 16", "selectivescan", "needs r"),
        ("4x8 tokens, attention 8 h2 bias=k", "bias=k", "use one of: qkv, qvo, o"),
        ("3x2x2, shared(relu | relu)", "shared", "has 2 branches and takes 1"),
        ("3x2x2, dropout p1x2", "p1x2", "does not fit"),
    ],
)
def test_errors_point_at_the_token(text: str, token: str, expected: str) -> None:
    with pytest.raises(NotationError) as caught:
        read(text)
    error = caught.value
    assert expected in str(error), str(error)
    assert error.source == text.split("\n")[error.line - 1]
    assert error.source[error.column - 1 :].startswith(token), str(error)
    assert error.length == max(1, len(token)) or token == ""


def test_chinese_signs_are_read() -> None:
    assert (
        written(read("3×8×8，conv 4 k3，residual（relu｜identity）")) == "3x8x8, conv 4 k3, residual(relu | identity)"
    )


def test_every_layer_that_can_be_written_can_be_made() -> None:
    # "se" is built from other layers.
    assert set(LAYERS) - {"se"} == set(LAYER_MAKERS)


def test_impossible_layers_are_named() -> None:
    with pytest.raises(CalcError, match=r"b\(8\) > conv 8 k9 on 3x5x5: kernel 9 does not fit"):
        calc.network("let b(w) = conv w k9\n3x5x5, b(8)")
    with pytest.raises(CalcError, match="flatten or gap first"):
        calc.network("3x5x5, linear 10")
    with pytest.raises(CalcError, match=r"projection to 8x3x3"):
        calc.network("3x5x5, residual(conv 8 k3)")
    with pytest.raises(CalcError, match="no label memory"):
        calc.network("4x8 tokens, attention 8 h2 from=memory")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3x8x8, windows k4 (windows k2 (identity))", "windows stand inside windows"),
        ("3x8x8, windows k4 (gap)", "the windows of 16 tokens end as 3"),
        ("16x8 tokens, windows k4 (identity)", "windows takes a map"),
        ("12x8 tokens, unflatten", "unflatten o3x4"),
        ("3x8x8, transpose", "put tokens first"),
        ("3x8x8, selectivescan 4 r2", "takes tokens x features"),
        ("3x8x8, pad p=same", "give the pixels"),
        ("3x8x8, add(identity | gap, linear 4)", "bring the branches to one form"),
        ("4x8 tokens, attention 8 h2 b0 bias=qkv", "both b and bias"),
        ("3x8x8, upsample from=wide", "no label wide"),
        ("3x8x8, 2*(shared(conv 4 k1))", "share only between inputs of the same channels"),
        ("3x8x8, parameter 0", "use 1 or more"),
        ("16x8 tokens, sdpa h3 (linear 12 | linear 12 | linear 8)", "do not divide 16x12 and 16x12 and 16x8"),
        ("16x8 tokens, sdpa h4 rope=2 (linear 20 | linear 20 | linear 24)", "give 16x14 keys for 4 heads of 5"),
        ("3x8x8, sdpa h1 (identity | identity | identity)", "bring each to tokens x features"),
    ],
)
def test_what_a_word_refuses_it_says_what_to_write(text: str, expected: str) -> None:
    with pytest.raises(CalcError, match=re.escape(expected)):
        calc.network(text)


def test_torchs_names_are_read() -> None:
    text = "3x8x8, Conv2d 4 k3 p1, batch_norm2d, leaky_relu, max_pool2d k2, conv_transpose2d 3 k2 s2"
    assert written(read(text)) == "3x8x8, conv 4 k3 p1, bn, leakyrelu, maxpool k2, deconv 3 k2 s2"


@pytest.mark.parametrize(
    "text",
    [
        "16x8 tokens, selectivescan 4 r2",
        "8x14x13, windows k7 (attention 8 h2 bias=qvo qknorm=full, parameter 9)",
        "16x8 tokens, sdpa h2 (linear 8 | linear 8 | linear 8)",
        "16x8 tokens, attention 8 h4 kv=2 b0 qknorm=head, attention 8 h2 bias=o, attention 8 h2 kv=1 bias=qkv",
        "8x14x13, pad p1:0x2:3",
    ],
)
def test_the_working_of_a_word_comes_to_its_counts(text: str) -> None:
    for layer in calc.network(text).layers:
        working: dict[str, list[object]] = {}
        for step in layer.steps:
            if isinstance(step.value, int):
                assert expressions.parse(step.numbers).evaluate({}) == step.value, step
            working.setdefault(step.quantity, []).append(step.value)
            english = re.findall("[A-Za-z]{3,}", formula(step.formula, "zh"))
            assert set(english) <= {"MACs", "ceil", "out"}, step
        for quantity in ("parameters", "macs"):
            if count := getattr(layer.node.result, quantity):
                assert count in working[quantity]


def test_shared_weights_count_once() -> None:
    once, often = (calc.network(f"9x8 tokens, {n}*shared(attention 8 h2, linear 8)") for n in (1, 12))
    assert (often.parameters, often.macs) == (once.parameters, 12 * once.macs)
    apart = calc.network("3x8x8, 2*shared(conv 3 k3 p1, bn)")
    assert apart.parameters == 3 * 3 * 9 + 3 + 6
    assert apart.buffers == calc.network("3x8x8, bn").buffers


def test_windows_are_many_small_maps() -> None:
    whole, cut = (
        calc.network("8x28x28, windows k28 (attention 8 h2)"),
        calc.network("8x28x28, windows k7 (attention 8 h2)"),
    )
    window = calc.network("49x8 tokens, attention 8 h2")
    assert (cut.parameters, cut.macs) == (window.parameters, 16 * window.macs)
    assert cut.macs < whole.macs
    assert cut.layers[1].output_shape == (16, 49, 8)
    assert cut.ask("active_parameters") == cut.parameters
    assert calc.network("8x15x15, windows k7 (attention 8 h2)").macs == 9 * window.macs
    assert (whole.receptive_field, cut.receptive_field) == ("global", None)
    assert cut.warnings == ("fields are not followed through windows",)


def test_a_vector_is_added_at_every_place() -> None:
    net = calc.network(
        "4x8x8, identity as map, input 10, linear 4 as time, add(identity from=map | identity from=time)"
    )
    assert net.output_shape == (4, 8, 8)
    assert net.elementwise == {"bias": 4, "add": 4 * 64}


def test_labels_end_with_their_repeat() -> None:
    with pytest.raises(CalcError, match="no label inside"):
        calc.network("9 tokens, embedding 8 v9, 2*(ln as inside), attention 8 h2 from=inside")
    calc.network("9 tokens, embedding 8 v9 as outside, 2*(attention 8 h2 from=outside)")


def test_a_tied_weight_must_have_the_same_shape() -> None:
    with pytest.raises(CalcError, match="tie only weights of one shape"):
        calc.network("9 tokens, embedding 8 v9 as words, linear 10 b0 tied=words")


def test_the_tree_is_what_is_built() -> None:
    nodes, last = build(read("3x8x8, 2*(residual(conv 3 k3 p1, relu)), gap"), 4)
    assert [node.name for node in nodes] == ["input", *("conv 3 k3 p1", "relu", "add") * 2, "gap"]
    assert [node.sources for node in nodes[1:4]] == [(0,), (1,), (2, 0)]
    assert last == len(nodes) - 1
