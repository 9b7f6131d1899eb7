"""The two search keys of a product: its words with and without their Vietnamese marks."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, literal_column

from foundation import vietnamese

SIMPLE: ColumnElement[str] = literal_column("'simple'::regconfig")

# What weighs more in a match: the name, then other names, then who and where, then the text.
Weighted = Sequence[tuple[str, str]]


def folded_vector(texts: Weighted) -> ColumnElement[str]:
    """Words without marks: "Chè xanh" is found by "che xanh"."""
    return _vector((weight, " ".join(vietnamese.words(text))) for weight, text in texts)


def exact_vector(texts: Weighted) -> ColumnElement[str]:
    """Words with their marks, wherever the tone was written: "hoà" is "hòa"."""
    return _vector((weight, vietnamese.spelling_key(text)) for weight, text in texts)


def folded_query(typed: str) -> ColumnElement[str] | None:
    """All the words typed, the last one perhaps unfinished; None when no word was typed."""
    return _query(vietnamese.words(typed), prefix=True)


def exact_query(typed: str) -> ColumnElement[str] | None:
    """All the words typed, as they are marked."""
    return _query(vietnamese.spelling_key(typed).split(), prefix=False)


def _query(typed: list[str], *, prefix: bool) -> ColumnElement[str] | None:
    # Words hold letters and digits only, so nothing in them can be an operator of tsquery;
    # twelve words are more than any product name needs.
    kept = typed[:12]
    if not kept:
        return None
    if prefix:
        kept[-1] += ":*"
    return func.to_tsquery(SIMPLE, " & ".join(kept))


def _vector(texts: Iterable[tuple[str, str]]) -> ColumnElement[str]:
    parts = [
        func.setweight(func.to_tsvector(SIMPLE, text), literal_column(f"'{weight}'::\"char\""))
        for weight, text in texts
    ]
    vector: ColumnElement[str] = parts[0]
    for part in parts[1:]:
        vector = vector.op("||")(part)
    return vector
