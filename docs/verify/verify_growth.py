"""Check that the log of a bundle is the one of a checkpoint you kept, grown (offline).

Download the bundle with ?since=<entries of yours>. Whoever signed yours must have signed the
bundle's, or hand over to who did by the vouchers in it. Prints the key for verify_bundle.py.
"""

import argparse
import json
import sys
from base64 import b64decode
from contextlib import suppress
from pathlib import Path

from verify_bundle import need, sha, signed


def grown(first, size, path, old):
    """The roots of two sizes by the proof that one grew into the other (RFC 9162, 2.1.4.1)."""
    need(0 < first <= size and (first < size or len(path) == (not old)), "no proof of growth")
    if first == size:
        return [old or b64decode(path[0])] * 2
    half, last = 1 << (size - 1).bit_length() - 1, b64decode(path[-1])
    if first > half:
        below = grown(first - half, size - half, path[:-1], None)
        return [sha(b"\x01" + last + root) for root in below]
    was, now = grown(first, half, path[:-1], old)
    return [was, sha(b"\x01" + now + last)]


def leading(key, vouchers):
    """The keys that lead to a key: a former one and the next signed the same voucher."""
    found = [key]
    for voucher in vouchers:  # the newest first
        former, after = (line.partition(" ")[2] for line in voucher.split("\n")[1:3])
        if after == found[-1] and signed(voucher, former) and signed(voucher, after):
            found.append(former)
    return found


def signer(note, keys):
    """The key among these that signed a note."""
    for key in keys:
        with suppress(Exception):
            signed(note, key)
            return key
    raise ValueError("the kept checkpoint is not signed by the key of the bundle, nor one before")


def check(bundle, kept):
    key, proof = bundle["verifier_key"], bundle.get("consistency") or {}
    origin, size, root = signed(bundle["checkpoint"], key)[:3]
    former = signer(kept, leading(key, bundle["vouchers"]))
    name, first, was = signed(kept, former)[:3]
    need(name == origin, f"the kept checkpoint is of {name}, the bundle of {origin}")
    need(proof.get("first") == int(first), f"download the bundle with ?since={first}")
    roots = grown(int(first), int(size), proof["path"], b64decode(was))
    need(roots == [b64decode(was), b64decode(root)], "the log was rewritten after your checkpoint")
    print(f"ok: the log of {first} entries that you kept is the beginning of that of {size}")
    print(f"key {key}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("checkpoint", type=Path)
    asked = parser.parse_args()
    try:
        check(json.loads(asked.bundle.read_text("utf-8")), asked.checkpoint.read_text("utf-8"))
    except Exception as error:
        missing = "something is missing: " * isinstance(error, LookupError)
        sys.exit(f"WRONG: {missing}{str(error) or 'a signature that is not of this text'}")
