"""Search and deduplication: MinHash, Jaccard similarity, rank fusion, BM25, chunks of a document."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_value
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Number, Share, count, positive, real, several
from dlquiz.calc.layers.arguments import whole


def minhash(*, similarity: Share, rows: int, bands: int) -> Calculation:
    """The chance that a pair of this Jaccard similarity shares a band of hashes, and the similarity of the threshold.

    Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, section 3.4.

    >>> round(float(minhash(similarity=0.8, rows=8, bands=14).ask("detection")), 3)
    0.924
    """
    numbers = {
        "s": real(similarity, "similarity", low=0, high=1),
        "r": count(rows, "rows", 1, 1000),
        "b": count(bands, "bands", 1, 1000),
    }
    sizes = {"r": numbers["r"], "b": numbers["b"]}
    lines = [
        WorkingLine("hashes", "r * b", sizes),
        WorkingLine("detection", "1 - (1 - s ** r) ** b", numbers, "", "minhash_detection"),
        WorkingLine("threshold", "(1 / b) ** (1 / r)", sizes, "", "minhash_threshold"),
    ]
    return calculated("minhash", {"similarity": numbers["s"], "rows": numbers["r"], "bands": numbers["b"]}, lines)


def jaccard(*, first: int, second: int, common: int) -> Calculation:
    """Jaccard similarity of two sets by their sizes and the elements in both.

    >>> jaccard(first=4, second=4, common=3).ask("jaccard")
    Fraction(3, 5)
    """
    a, b = whole(first, "first"), whole(second, "second")
    numbers = {"a": a, "b": b, "c": count(common, "common", 0, min(a, b))}
    lines = [WorkingLine("jaccard", "c / (a + b - c)", numbers, "", "jaccard")]
    return calculated("jaccard", {"first": a, "second": b, "common": numbers["c"]}, lines)


def rank_fusion(*, ranks: Sequence[Number], constant: Number = 60) -> Calculation:
    """The score of a document from its ranks in several lists (reciprocal rank fusion, Cormack et al. 2009).

    >>> round(float(rank_fusion(ranks=(1, 3)).ask("score")), 6)
    0.032266
    """
    read = several(ranks, "ranks", 1, 20)
    if min(read) < 1:
        raise CalcError("a rank is below 1", fix="count ranks from 1, the best")
    k = real(constant, "constant", low=0)
    total = " + ".join(f"1 / (k + {one})" for one in read)
    numbers = {
        "k": k,
        "x": sum(1 / Fraction(k + one) for one in read),
        "p": sum(1 / Fraction(one) for one in read),
        "m": sum(read) / Fraction(len(read)),
        "s": sum(read),
    }
    lines = [
        WorkingLine("score", total, {"k": k}),
        WorkingLine("score", "x", numbers, "", "rank_fusion"),
    ]
    return calculated("rank_fusion", {"ranks": read, "constant": k}, lines)


def bm25(
    *,
    frequency: Number,
    idf: Number | None = None,
    documents: int | None = None,
    containing: int | None = None,
    length: Number = 1,
    average_length: Number = 1,
    saturation: Number = 1.2,
    normalisation: Share = 0.75,
) -> Calculation:
    """What a term adds to a document's BM25 score (Robertson & Zaragoza 2009), by its frequency and idf.

    Instead of `idf`, the `documents` of the corpus and those `containing` the term: ln(1 + (N − n + 0.5)/(n + 0.5)).
    `saturation` is k1, `normalisation` b. Lucene leaves the factor k1 + 1 out, which changes no ranking.

    >>> round(float(bm25(frequency=3, idf=4.557).ask("score")), 3)
    7.161
    """
    numbers = {
        "t": real(frequency, "frequency", low=0),
        "k": real(saturation, "saturation", low=0),
        "b": real(normalisation, "normalisation", low=0, high=1),
        "d": positive(length, "length"),
        "a": positive(average_length, "average_length"),
    }
    lines: list[WorkingLine] = []
    weight: Number | None = None if idf is None else real(idf, "idf", low=0)
    if weight is None:
        if documents is None or containing is None:
            raise CalcError("the idf is missing", fix="give idf, or documents and containing")
        n = whole(documents, "documents")
        counts = {"N": n, "n": count(containing, "containing", 1, n)}
        formula = "log(1 + (N - n + 0.5) / (n + 0.5))"
        lines.append(WorkingLine("idf", formula, counts, "", "bm25_idf"))
        weight = float(line_value(lines[0]))
    if not numbers["k"] and not numbers["t"]:
        raise CalcError("frequency and saturation are 0", fix="use a number above 0 for one of them")
    full = numbers | {"i": weight}
    lines.append(WorkingLine("score", "i * t * (k + 1) / (t + k * (1 - b + b * d / a))", full, "", "bm25_score"))
    given = {
        "frequency": numbers["t"],
        "idf": idf,
        "documents": documents,
        "containing": containing,
        "length": numbers["d"],
        "average_length": numbers["a"],
        "saturation": numbers["k"],
        "normalisation": numbers["b"],
    }
    return calculated("bm25", given, lines)


def chunks(*, tokens: int, size: int, overlap: int = 0) -> Calculation:
    """How many chunks of a size a document gives, each overlapping the one before.

    >>> chunks(tokens=1000, size=512, overlap=256).ask("chunks")
    3
    """
    s = whole(size, "size")
    numbers = {"n": whole(tokens, "tokens"), "s": s, "o": count(overlap, "overlap", 0, s - 1)}
    lines = [
        WorkingLine("stride", "s - o", {"s": s, "o": numbers["o"]}, "tokens"),
        WorkingLine("chunks", "ceil(max(0, n - s) / (s - o)) + 1", numbers, "", "chunk_count"),
    ]
    return calculated("chunks", {"tokens": numbers["n"], "size": s, "overlap": numbers["o"]}, lines)
