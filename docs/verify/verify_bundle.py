"""Check a proof bundle or a voucher of Nguồn offline (Python 3.11, the package cryptography).
The first --key is the log's as you learned it elsewhere, or a file that tells it; others are
witnesses' who must have signed too. verify_growth.py checks it against a checkpoint you kept."""

import argparse
import hashlib
import json
import re
import sys
from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(holds, otherwise):
    if not holds:
        raise ValueError(otherwise)


def sha(value):
    return hashlib.sha256(value).digest()


def canonical(value):  # RFC 8785 for what a bundle holds: ASCII names, texts, 108.0 read as 108
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed(note, key):
    """The lines of a signed note (C2SP), once a signature of the key under it was found valid."""
    name, key_id, encoded = key.split("+", 2)
    kind, public = b64decode(encoded)[:1], b64decode(encoded)[1:]
    need(sha(name.encode() + b"\n" + kind + public)[:4].hex() == key_id, f"no such key: {key}")
    text, _, below = note.partition("\n\n")
    for line in below.splitlines():
        mark = b64decode(line.rpartition(" ")[2])
        if line.startswith(f"— {name} ") and mark[:4].hex() == key_id:
            if kind == b"\x04":  # a cosignature tells its moment, and signs that too
                text, mark = f"cosignature/v1\ntime {int.from_bytes(mark[4:12])}\n{text}", mark[8:]
            Ed25519PublicKey.from_public_bytes(public).verify(mark[4:], f"{text}\n".encode())
            return note.split("\n")
    raise ValueError(f"no signature of {name}")


def climb(leaf, index, size, path):  # the root a leaf's path leads to (RFC 9162, 2.1.3.1)
    need(0 <= index < size and bool(path) == (size > 1), "a path of the wrong length")
    if size == 1:
        return leaf
    half, last = 1 << (size - 1).bit_length() - 1, b64decode(path[-1])
    right = index >= half
    inner = climb(leaf, index - half * right, size - half if right else half, path[:-1])
    return sha(b"\x01" + (last + inner if right else inner + last))


def check_fact(fact, size, root):  # values → digest → row → list of rows → entry → log
    opened = {name: fact[name] for name in ("group", "key", "salt", "table", "values")}
    row = {name: fact.get(name) for name in ("form", "kept", "key", "person", "table", "told")}
    row[fact["group"]] = sha(canonical(opened)).hex()
    entry, leaf = json.loads(fact["entry"]), sha(b"\x00" + canonical(row))
    root_of_rows = climb(leaf, fact["row_index"], fact["rows"], fact["row_path"]).hex()
    is_listed = json.loads(entry["body"]) == {"root": root_of_rows, "rows": fact["rows"]}
    need(is_listed, f"{fact['table']} {fact['key']}: not what was recorded")
    log = climb(sha(b"\x00" + fact["entry"].encode()), fact["leaf_index"], size, fact["path"])
    need(log == root, f"{fact['table']} {fact['key']}: its entry is not in the log")
    print(f"proved: {fact['table']} {fact['values']} recorded {entry['recorded_at']}")
    return fact["table"]


def check(bundle, key, *witnesses):
    said = signed(bundle.pop("signature"), key)[1]
    need(b64decode(said) == sha(canonical(bundle)), "the bundle is not as it was handed out")
    for signer in (key, *witnesses):
        origin, size, root = signed(bundle["checkpoint"], signer)[:3]
    proved = [check_fact(fact, int(size), b64decode(root)) for fact in bundle["facts"]]
    for same in bundle["same"]:
        told, recorded = bundle["story"], bundle["facts"][same["fact"]]["values"][same["column"]]
        for step in same["story"]:
            told = told[step]
        need(told == recorded, f"the story says {told!r}, the log {recorded!r}")
    need("batches" in proved or not bundle["story"], "NOT YET: recorded after this checkpoint")
    print(f"ok: {len(proved)} facts in the log {origin} of {size} entries")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", action="append", default=[])
    asked = parser.parse_args()
    try:
        text = asked.bundle.read_text("utf-8")
        told = json.loads(text, parse_float=lambda n: float(n) if float(n) % 1 else int(float(n)))
        keys = [Path(key).read_text("utf-8") if Path(key).is_file() else key for key in asked.key]
        keys = [re.search(r"\S+\+[0-9a-f]{8}\+[\w+/]{44}|$", key)[0] for key in keys]
        check(told, *(keys or [told["verifier_key"]]))
        if not keys:
            print("by the key in the file alone: whoever made the file may have made that key")
    except Exception as error:
        missing = "something is missing: " * isinstance(error, LookupError)
        told = f"{missing}{str(error) or 'a signature that is not of this text'}"
        sys.exit(told if told.startswith("NOT YET") else f"WRONG: {told}")
