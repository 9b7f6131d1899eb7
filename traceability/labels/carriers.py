"""The symbols a label can carry, and what each says of the same item. PURE."""

from __future__ import annotations

from typing import Protocol

from traceability.labels import data_matrix, qr_bits
from traceability.labels.data_matrix import Matrix
from traceability.labels.qr_bits import Bitmapped
from traceability.labels.qr_symbol import Shape

CARRIERS = ("qr", "datamatrix")
"""QR with an address that every phone opens; GS1 DataMatrix for tills, lines and tight places."""


class Encoder(Protocol):
    """Symbols that differ in a tail of fixed length."""

    def bitmap(self, tail: bytes) -> bytes:
        """The finished symbol, one bit a module, rows padded to bytes."""


def choose(carrier: str, prefix: str, tail_length: int, level: str = "M") -> Bitmapped:
    """The smallest symbol for texts of one prefix and a tail of fixed length.

    Raises: Invalid("label.code_too_long").
    """
    if carrier == "datamatrix":
        return data_matrix.choose_matrix(prefix, tail_length)
    return qr_bits.choose_shape(prefix + "0" * tail_length, level)


def encoder(symbol: Bitmapped, prefix: str, tail_length: int) -> Encoder:
    """What draws every label of a run in the symbol chosen for it."""
    match symbol:
        case Matrix():
            return data_matrix.Encoder(symbol, prefix, tail_length)
        case Shape():
            return qr_bits.Encoder(symbol, prefix, tail_length)
    raise TypeError(f"nobody draws {symbol!r}")
