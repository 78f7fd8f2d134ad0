"""`dlquiz calc net --list` and `--layers`: the networks that have a name, and the words of the notation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from dlquiz.cli.calc.render.layout import wrapped


def names(width: int, as_json: bool) -> Iterable[str]:
    """Every network by family, with what its file says of its figures; then the published language models."""
    from dlquiz.calc.costs.configurations import published
    from dlquiz.calc.networks.zoo import named_networks

    if as_json:
        import json

        yield json.dumps([one._asdict() for one in named_networks().values()], ensure_ascii=False)
        return
    family = ""
    for one in named_networks().values():
        if one.family != family:
            if family:
                yield ""
            family = one.family
            yield family
        yield from wrapped(f"  {one.name:<22} {one.note}".rstrip(), max(width, 20), " " * 6)
    for owner, ids in groupby(sorted(published()), key=lambda id: id.partition("/")[0]):
        yield from ("", f"{owner} (Hugging Face)", *(f"  {id.partition('/')[2]}" for id in ids))


def vocabulary(width: int, as_json: bool = False) -> Iterable[str]:
    """Layers and blocks with the arguments they take."""
    from dlquiz.calc.networks.notation.vocabulary import BLOCKS, LAYERS, arguments, example

    if as_json:
        import json

        layers = {
            name: {"size": meaning or None, "arguments": arguments(name)} for name, (_, meaning, _) in LAYERS.items()
        }
        yield json.dumps({"layers": layers, "blocks": {name: {"arguments": arguments(name)} for name in BLOCKS}})
        return
    yield "layers"
    for name, (rule, meaning, _) in LAYERS.items():
        size = {"!": f" {meaning.upper().replace(' ', '_')}", "?": f" [{meaning}]", "": ""}[rule]
        entry = " ".join([f"  {name}{size}", *(f"[{example(name, one)}]" for one in arguments(name))])
        yield from wrapped(entry, max(width, 20), "      ")
    yield ""
    yield "blocks"
    for name, (fewest, most, _) in BLOCKS.items():
        branches = "( … )" if most == 1 else "( … [| … ])" if fewest == 1 else "( … | … )"
        given = " ".join(example(name, one) for one in arguments(name))
        yield from wrapped(f"  {name}{' ' + given if given else ''}{branches}", max(width, 20), "      ")
    yield ""
    for line in (
        "3*( … ) repeats; … as NAME names a step for from=NAME and tied=NAME; input 128 tokens begins another input;",
        "let block(w, s) = conv w k3 s=s, relu; defines a block with parameters. # begins a comment in a file.",
    ):
        yield from wrapped(line, max(width, 20), "")
