"""The words of the Core Business Vocabulary: business steps, dispositions, kinds of papers. PURE.

A word is the same whether it comes bare (``shipping``), as a web address
(``https://ref.gs1.org/cbv/BizStep-shipping``), shortened (``cbv:BizStep-shipping``) or as an old
name (``urn:epcglobal:cbv:bizstep:shipping``). Inside it is kept bare; what is no word of the
vocabulary is kept as the absolute address it must be. Source: GS1 CBV 2.0; EPCIS 2.0 context.
"""

import csv
from pathlib import Path

KINDS = (
    "bizStep",
    "disposition",
    "bizTransaction",
    "sourceDest",
    "errorReason",
    "component",
    "measurement",
    "exception",
)
CBV = "https://ref.gs1.org/cbv/"
VOC = "https://gs1.org/voc/"
_ADDRESS = {
    "bizStep": f"{CBV}BizStep-",
    "disposition": f"{CBV}Disp-",
    "bizTransaction": f"{CBV}BTT-",
    "sourceDest": f"{CBV}SDT-",
    "errorReason": f"{CBV}ER-",
    "component": f"{CBV}Comp-",
    "measurement": VOC,
    "exception": VOC,
}
_OTHERS = {
    "bizStep": ("cbv:BizStep-", "urn:epcglobal:cbv:bizstep:"),
    "disposition": ("cbv:Disp-", "urn:epcglobal:cbv:disp:"),
    "bizTransaction": ("cbv:BTT-", "urn:epcglobal:cbv:btt:"),
    "sourceDest": ("cbv:SDT-", "urn:epcglobal:cbv:sdt:"),
    "errorReason": ("cbv:ER-", "urn:epcglobal:cbv:er:"),
    "component": ("cbv:Comp-",),
    "measurement": ("gs1:", "https://ref.gs1.org/voc/", "https://www.gs1.org/voc/"),
    "exception": ("gs1:", "https://ref.gs1.org/voc/", "https://www.gs1.org/voc/"),
}


def _read() -> dict[str, tuple[str, ...]]:
    path = Path(__file__).with_name("data") / "cbv_words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {kind: tuple(row["word"] for row in rows if row["kind"] == kind) for kind in KINDS}


WORDS = _read()
_KNOWN = {kind: frozenset(words) for kind, words in WORDS.items()}
_BARE = {
    prefix + word: word
    for kind in KINDS
    for word in WORDS[kind]
    for prefix in (_ADDRESS[kind], *_OTHERS[kind])
}


def is_word(kind: str, word: str) -> bool:
    """Whether the vocabulary has this bare word of this kind."""
    return word in _KNOWN[kind]


def bare(kind: str, word: str) -> str:
    """The word as it is kept: bare when it is the vocabulary's own, else untouched."""
    if word in _KNOWN[kind]:
        return word
    return _BARE.get(word, word)


def address(kind: str, word: str) -> str:
    """The word's web address; what is no word of the vocabulary stays as it is."""
    plain = bare(kind, word)
    return _ADDRESS[kind] + plain if plain in _KNOWN[kind] else word
