"""The symbols a label can carry, and what each says of the same item. PURE."""

from __future__ import annotations

from typing import Protocol

from traceability.labels import data_matrix, qr_bits
from traceability.labels.data_matrix import Matrix
from traceability.labels.qr_bits import Bitmapped
from traceability.labels.qr_symbol import Shape

CARRIERS = ("qr", "qr_strong", "datamatrix")
"""QR with an address that every phone opens; the same for goods that get dirty; GS1 DataMatrix for
tills, lines and tight places."""
# How much of a QR symbol may be lost and made good: 15 and 30 % (docs/labels.md has the table).
_LEVELS = {"qr": "M", "qr_strong": "H"}


class Encoder(Protocol):
    """Symbols that differ in a tail of fixed length."""

    def bitmap(self, tail: bytes) -> bytes:
        """The finished symbol, one bit a module, rows padded to bytes."""


def symbology(carrier: str) -> str:
    """The kind of symbol a carrier is, whatever its strength: `qr` or `datamatrix`."""
    return carrier.partition("_")[0]


def opens_page(carrier: str) -> bool:
    """Whether every phone opens an address from it."""
    return symbology(carrier) == "qr"


def choose(carrier: str, prefix: str, tail_length: int) -> Bitmapped:
    """The smallest symbol for texts of one prefix and a tail of fixed length.

    Raises: Invalid("label.code_too_long").
    """
    if carrier == "datamatrix":
        return data_matrix.choose_matrix(prefix, tail_length)
    return qr_bits.choose_shape(prefix + "0" * tail_length, _LEVELS[carrier])


def encoder(symbol: Bitmapped, prefix: str, tail_length: int) -> Encoder:
    """What draws every label of a run in the symbol chosen for it."""
    match symbol:
        case Matrix():
            return data_matrix.Encoder(symbol, prefix, tail_length)
        case Shape():
            return qr_bits.Encoder(symbol, prefix, tail_length)
    raise TypeError(f"nobody draws {symbol!r}")
