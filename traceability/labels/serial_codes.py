"""The code of one item, which nobody can guess and nobody gets twice. PURE.

A serial is a keyed hash (HMAC-SHA-256, 68 bits kept) of the batch's code and the item's number,
written in characters a person can type, with a check character. The same key and number always
give the same serial, so a job that starts again prints the same labels.
"""

import hmac

from foundation import codes

LENGTH = 15
_BODY = LENGTH - 1
_SIZE = len(codes.ALPHABET)
_PAIRS = [first + second for first in codes.ALPHABET for second in codes.ALPHABET]


def key_from(secret: str, key_id: int = 1) -> bytes:
    """One of the keys of serials that are drawn from an installation's secret, by its number."""
    return hmac.digest(secret.encode(), b"nguon serials %d" % key_id, "sha256")


def fingerprint(key: bytes) -> str:
    """What tells one key from another without telling either."""
    return hmac.digest(key, b"nguon serials fingerprint", "sha256").hex()[:16]


def serial_code(key: bytes, batch_code: str, number: int, turn: int = 0) -> str:
    """The serial of one item of a batch; `turn` counts how often it met one already given out."""
    said = f"{batch_code}:{number}:{turn}" if turn else f"{batch_code}:{number}"
    value = int.from_bytes(hmac.digest(key, said.encode(), "sha256"), "big")
    pairs = []
    for _ in range(_BODY // 2):
        value, index = divmod(value, _SIZE * _SIZE)
        pairs.append(_PAIRS[index])
    body = "".join(pairs)
    return body + codes.check_character(body)
