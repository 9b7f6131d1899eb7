#!/usr/bin/env python3
"""Check a proof bundle of Nguồn offline: python3 verify_bundle.py BUNDLE.json [--key KEY]

Needs Python 3.11 and the package cryptography, and trusts nobody: KEY is the log's verifier key as
you learned it elsewhere (a printed checkpoint, a letter, a newspaper). Exit status 0: all proved.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    pass


def say(words):
    sys.stdout.write(f"{words}\n")


def sha(value):
    return hashlib.sha256(value).digest()


def canonical(value):
    """RFC 8785 for what a bundle holds; its few floats are coordinates that print the same."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        inner = (f"{canonical(name)}:{canonical(value[name])}" for name in names)
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def key_of(written):
    name, key_id, encoded = written.split("+", 2)
    marked = base64.b64decode(encoded)
    if marked[:1] != b"\x01" or sha(name.encode() + b"\n" + marked)[:4].hex() != key_id:
        raise Wrong("the verifier key is not one")
    return name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(marked[1:])


def check_note(note, key):
    """The text of a signed note (C2SP), its signature checked."""
    name, key_id, public = key_of(key)
    text, gap, below = note.partition("\n\n")
    for line in below.splitlines():
        dash, signer, encoded = f"{line}  ".split(" ")[:3]
        marked = base64.b64decode(encoded)
        if dash == "—" and signer == name and marked[:4] == key_id and gap:
            try:
                public.verify(marked[4:], f"{text}\n".encode())
                return text.split("\n")
            except InvalidSignature:
                break
    raise Wrong(f"no valid signature of {name}")


def root_from(leaf, index, size, path):
    """The root an audit path leads to (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Wrong("a leaf outside the tree")
    last = size - 1
    for step in map(base64.b64decode, path):
        if last == 0:
            raise Wrong("a path that is too long")
        if index & 1 or index == last:
            leaf = sha(b"\x01" + step + leaf)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = sha(b"\x01" + leaf + step)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("a path that is too short")
    return leaf


def check_fact(fact, size, root):
    """Values → digest → list of rows → entry → tree of the checkpoint."""
    told = {"group": "told", "key": fact["key"], "salt": fact["salt"], "table": fact["table"]}
    digest = sha(canonical({**told, "values": fact["values"]}).encode()).hex()
    row = {name: fact[name] for name in ("form", "kept", "key", "person", "table")}
    leaf = sha(b"\x00" + canonical({**row, "told": digest}).encode())
    entry = json.loads(fact["entry"])
    body = json.loads(entry["body"])
    rows = root_from(leaf, fact["row_index"], body["rows"], fact["row_path"])
    if rows.hex() != body["root"] or fact["rows"] != body["rows"]:
        raise Wrong(f"{fact['table']} {fact['key']}: not what the entry recorded")
    if (
        root_from(sha(b"\x00" + fact["entry"].encode()), fact["leaf_index"], size, fact["path"])
        != root
    ):
        raise Wrong(f"{fact['table']} {fact['key']}: its entry is not in the log")
    return entry["recorded_at"]


def check(bundle, key):
    rest = {name: value for name, value in bundle.items() if name != "signature"}
    _, said = check_note(bundle["signature"], key)
    if base64.b64decode(said) != sha(canonical(rest).encode()):
        raise Wrong("the bundle is not as it was handed out")
    origin, size, root = check_note(bundle["checkpoint"], key)[:3]
    for fact in bundle["facts"]:
        at = check_fact(fact, int(size), base64.b64decode(root))
        say(f"proved: {fact['table']} {canonical(fact['values'])} recorded {at}")
    for same in bundle["same"]:
        told = bundle["story"]
        for step in same["story"]:
            told = told[step]
        if told != bundle["facts"][same["fact"]]["values"][same["column"]]:
            raise Wrong(f"the story tells {told!r} where something else was recorded")
    if not any(fact["table"] == "batches" for fact in bundle["facts"]):
        raise Wrong("nothing in it proves the batch itself")
    say(f"ok: {len(bundle['facts'])} facts in the log {origin} of {size} entries")


def main(words):
    key = words[words.index("--key") + 1] if "--key" in words else None
    bundle = json.loads(Path(words[0]).read_text("utf-8"))
    if key is None:
        key = bundle["verifier_key"]
        say("warning: the key is the bundle's own; learn it elsewhere and give it with --key")
    check(bundle, key)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Wrong, KeyError, IndexError, TypeError, ValueError, AttributeError, OSError) as error:
        sys.exit(f"WRONG: {error}")
