"""`dlquiz calc solve`: the questions asked backwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz.calc import inverse
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.cli.app import new_app
from dlquiz.cli.calc.params import JsonOption, LangOption
from dlquiz.cli.calc.reading import language, number, numbers, refuse
from dlquiz.errors import DlquizError
from dlquiz.markup.width import cell_width, pad
from dlquiz.messages.calc_screens import head, say

if TYPE_CHECKING:
    from dlquiz.cards import Language

app = new_app(no_args_is_help=True)
LARGEST = 1_000_000

KernelOption = Annotated[str | None, typer.Option("-k", "--kernel", metavar="K", help="Only this kernel.")]
StrideOption = Annotated[str | None, typer.Option("-s", "--stride", metavar="S", help="Only this stride.")]
PaddingOption = Annotated[str | None, typer.Option("-p", "--padding", metavar="P", help="Only this padding.")]
DilationOption = Annotated[str | None, typer.Option("-d", "--dilation", metavar="D", help="Only this dilation.")]
OneKernel = Annotated[str, typer.Option("-k", "--kernel", metavar="K", help="Kernel.")]
OneStride = Annotated[str, typer.Option("-s", "--stride", metavar="S", help="Stride.")]
OnePadding = Annotated[str, typer.Option("-p", "--padding", metavar="P", help="Padding.")]
OneDilation = Annotated[str, typer.Option("-d", "--dilation", metavar="D", help="Dilation.")]


@app.callback()
def group() -> None:
    """Backwards: which layer gives this size, which input gives this output, what fits a budget?

    \b
    Examples:
      dlquiz calc solve size 224 112 -k 3
      dlquiz calc solve same -k 5
      dlquiz calc solve undo 224 -k 3 -s 2 -p 1
      dlquiz calc solve input 112 -k 7 -s 2 -p 3
      dlquiz calc solve channels 64 -k 3 --parameters 1000000
    """


@app.command()
def size(
    input: Annotated[str, typer.Argument(metavar="SIZE", help="Input side.")],
    output: Annotated[str, typer.Argument(metavar="OUTPUT", help="Output side wanted.")],
    kernel: KernelOption = None,
    stride: StrideOption = None,
    padding: PaddingOption = None,
    dilation: DilationOption = None,
    max_kernel: Annotated[str, typer.Option(metavar="K", help="Largest kernel tried.")] = "11",
    max_stride: Annotated[str, typer.Option(metavar="S", help="Largest stride tried.")] = "4",
    max_padding: Annotated[str | None, typer.Option(metavar="P", help="Largest padding tried; else k // 2.")] = None,
    max_dilation: Annotated[str, typer.Option(metavar="D", help="Largest dilation tried.")] = "3",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Kernel, stride, padding and dilation that turn one size into another, small kernels first.

    \b
    Examples:
      dlquiz calc solve size 224 112
      dlquiz calc solve size 224 112 -k 7 -d 1
      dlquiz calc solve size 227 55 --max-padding 0
    """
    found = list(
        inverse.settings(
            number(input, "the input size"),
            number(output, "the output size"),
            kernels=_range(kernel, max_kernel, 1, "kernel"),
            strides=_range(stride, max_stride, 1, "stride"),
            paddings=None if padding is max_padding is None else _range(padding, max_padding or "0", 0, "padding"),
            dilations=_range(dilation, max_dilation, 1, "dilation"),
        )
    )
    if not found:
        raise DlquizError(f"nothing within these bounds turns {input} into {output}", fix="widen them, see --help")
    _print([one._asdict() for one in found], as_json, _setting_lines(found, language(lang)))


def _range(fixed: str | None, most: str, least: int, name: str) -> range:
    low, high = least, number(most, f"--max-{name}")
    if fixed is not None:
        low = high = number(fixed, name)
    if high > LARGEST:
        refuse(f"{name} is larger than {LARGEST:,} — use a smaller bound")
    if low < least or high < low:
        refuse(f"{name} {fixed if fixed is not None else most} is too small — use {least} or more")
    return range(low, high + 1)


def _setting_lines(found: list[inverse.WindowSetting], language: Language) -> Iterable[str]:
    heads = [head(name, language) for name in ("kernel", "stride", "padding", "dilation")]
    yield "  ".join(heads)
    for one in found:
        cells = (one.kernel, one.stride, one.padding, one.dilation)
        yield "  ".join(pad(str(cell), cell_width(name), "right") for cell, name in zip(cells, heads, strict=True))


@app.command()
def same(kernel: OneKernel, dilation: OneDilation = "1", as_json: JsonOption = False, lang: LangOption = None) -> None:
    """The padding that keeps the size at stride 1.

    \b
    Examples:
      dlquiz calc solve same -k 5
      dlquiz calc solve same -k 4 -d 3
    """
    before, after = inverse.same_padding(number(kernel, "kernel"), number(dilation, "dilation"))
    total = f"{dilation} × ({kernel} − 1) = {before + after}"
    phrase = "padding on each side" if before == after else "padding before and after"
    text = say(phrase, language(lang), before=before, after=after, total=total)
    _print({"before": before, "after": after}, as_json, [text])


@app.command()
def undo(
    size: Annotated[str, typer.Argument(metavar="SIZE", help="The size before the convolution.")],
    kernel: OneKernel,
    stride: OneStride = "1",
    padding: OnePadding = "0",
    dilation: OneDilation = "1",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """The output_padding with which a transposed convolution gives the old size back.

    \b
    Examples:
      dlquiz calc solve undo 224 -k 3 -s 2 -p 1
    """
    setting = _setting(kernel, stride, padding, dilation)
    output, extra = inverse.undoing(number(size, "the size"), setting)
    text = say("undone", language(lang), size=size, output=output, extra=extra)
    _print({"output": output, "output_padding": extra}, as_json, [text])


@app.command()
def input(
    output: Annotated[str, typer.Argument(metavar="OUTPUT", help="The output side.")],
    kernel: OneKernel,
    stride: OneStride = "1",
    padding: OnePadding = "0",
    dilation: OneDilation = "1",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """The input sizes that give this output.

    \b
    Examples:
      dlquiz calc solve input 112 -k 7 -s 2 -p 3
    """
    low, high = inverse.input_sizes(number(output, "the output"), _setting(kernel, stride, padding, dilation))
    text = say("one input" if low == high else "inputs", language(lang), low=low, high=high, output=output)
    _print({"smallest": low, "largest": high}, as_json, [text])


def _setting(kernel: str, stride: str, padding: str, dilation: str) -> inverse.WindowSetting:
    read = [
        number(text, name)
        for text, name in ((kernel, "kernel"), (stride, "stride"), (padding, "padding"), (dilation, "dilation"))
    ]
    for value, name, least in zip(read, inverse.WindowSetting._fields, (1, 1, 0, 1), strict=True):
        if value < least:
            refuse(f"{name} {value} is too small — use {least} or more")
    return inverse.WindowSetting(*read)


@app.command()
def channels(
    inputs: Annotated[str | None, typer.Argument(metavar="[IN]", help="Input channels; else as many as out.")] = None,
    kernel: Annotated[str, typer.Option("-k", "--kernel", metavar="K", help="Kernel: 3 is 3x3, or 3x5.")] = "3",
    parameters: Annotated[str | None, typer.Option(metavar="N", help="Budget of parameters.")] = None,
    macs: Annotated[str | None, typer.Option(metavar="N", help="Budget of MACs.")] = None,
    output: Annotated[str | None, typer.Option(metavar="HxW", help="Output map, with --macs.")] = None,
    groups: Annotated[str, typer.Option("-g", "--groups", metavar="G", help="Groups.")] = "1",
    no_bias: Annotated[bool, typer.Option("--no-bias", help="Without biases.")] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """The most output channels that a budget of parameters or MACs pays.

    \b
    Examples:
      dlquiz calc solve channels 64 -k 3 --parameters 1000000
      dlquiz calc solve channels -k 3 --parameters 1000000        as many in as out
      dlquiz calc solve channels 3 -k 7 --macs 118013952 --output 112x112
    """
    if (parameters is None) == (macs is None) or (macs is not None and output is None):
        refuse("give --parameters N, or --macs N with --output HxW")
    sides = numbers(kernel, "kernel", "3, or 3x5")
    sides = sides * 2 if len(sides) == 1 else sides
    if min(sides) < 1:
        refuse(f"kernel {kernel} is too small — use 1 or more")
    given = None if inputs is None else number(inputs, "the input channels")
    grouped = number(groups, "groups")
    if parameters is not None:
        budget = _budget(parameters, "--parameters")
        most = inverse.channels_for_parameters(budget, given, sides, grouped, not no_bias)
    else:
        places = numbers(output or "", "--output", "112x112")
        places = places * 2 if len(places) == 1 else places
        if min(places) < 1:
            refuse(f"--output {output} is too small — use 1 or more")
        budget = _budget(macs or "", "--macs")
        most = inverse.channels_for_macs(budget, given, sides, places, grouped)
    output_language = language(lang)
    facts = {"most": f"{most:,}", "kernel": shape_text(sides), "budget": f"{budget:,}"}
    facts["what"] = head("parameters" if parameters is not None else "macs", output_language)
    phrase = "channels as many" if given is None else "channels"
    _print({"channels": most}, as_json, [say(phrase, output_language, given=f"{given or 0:,}", **facts)])


def _budget(text: str, name: str) -> int:
    """A count as typed, also as 1M or 4.1G."""
    from dlquiz.cli.calc.calculators.commands import read_number

    return int(read_number(name, "int", text))


def _print(value: object, as_json: bool, text: Iterable[str]) -> None:
    if as_json:
        import json

        typer.echo(json.dumps(value))
    else:
        for line in text:
            typer.echo(line)
