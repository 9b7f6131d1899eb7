"""Witness the log of a house by yourself (Python 3.11, the package cryptography; beside it
verify_bundle.py and verify_growth.py). All it writes lies in --folder, here unless told.

    witness.py init NAME                 makes your key, prints what you let the house register
    witness.py run https://… --key KEY   from cron: asks for the newest checkpoint, checks that the
                                         log only grew since you signed last, signs, hands it in

--key is the log's as you learned it elsewhere; needed the first time only, later ones must be
vouched for. Exit: 0 signed; 1 WRONG, the proof is kept in alarm-….txt; 2 the house did not answer.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from verify_bundle import need, sha, signed
from verify_growth import grown, leading


def init(folder, name):
    need(name and not set(name) & set("+ \t\n"), "a name without spaces and plus signs")
    private = Ed25519PrivateKey.generate()
    handle = os.open(folder / "witness-key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(handle, f"{name} {private.private_bytes_raw().hex()}\n".encode())
    print("+".join([name, key_id(name, private).hex(), b64encode(marked(private)).decode()]))


def marked(private):
    return b"\x04" + private.public_key().public_bytes_raw()


def key_id(name, private):
    return sha(name.encode() + b"\n" + marked(private))[:4]


def cosignature(folder, text):  # C2SP tlog-cosignature: the text and the moment
    name, secret = (folder / "witness-key").read_text("utf-8").split()
    private, seconds = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)), int(time.time())
    mark = private.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    mark = key_id(name, private) + seconds.to_bytes(8) + mark
    return f"— {name} {b64encode(mark).decode()}\n"


def ask(address, note=None):
    body = None if note is None else json.dumps({"note": note}).encode()
    need(address.startswith(("https://", "http://")), "an address that begins with https://")
    sent = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(sent, timeout=60) as answer:
        told = answer.read(1 << 20)
    try:
        return json.loads(told)
    except ValueError:  # a page of whoever stands between
        raise OSError("no answer of such a house") from None


def checked(told, kept):  # the newest checkpoint, when it grew out of the kept one
    key, note = told["checkpoint"]["verifier_key"], told["checkpoint"]["note"]
    need(kept["key"] in leading(key, told["vouchers"]), "the log signs with a key nobody vouched")
    text = note.partition("\n\n")[0] + "\n"
    origin, size, root = signed(note, key)[:3]
    need(text == f"{origin}\n{int(size)}\n{root}\n", "no checkpoint")
    need(key.startswith(f"{origin}+"), "a checkpoint of another log")
    if kept.get("note"):
        _, first, was = kept["note"].split("\n")[:3]
        both = [b64decode(was), b64decode(root)]
        roots = grown(int(first), int(size), told["path"], both[0])
        need(roots == both, f"the log was rewritten after its {first} entries you signed")
    return key, note, text


def run(folder, address, key):
    state, doors = (
        folder / "witness-state.json",
        address.rstrip("/") + "/api/v1/ledger/cosignatures",
    )
    kept = json.loads(state.read_text("utf-8")) if state.exists() else {"key": key}
    need(kept["key"], "--key is needed the first time: the log's, as you learned it elsewhere")
    since = int(kept["note"].split("\n")[1]) if kept.get("note") else 0
    told = {}
    try:
        told = ask(f"{doors}/next?since={since}")
        key, note, text = checked(told, kept)
    except urllib.error.URLError as error:
        if getattr(error, "code", 0) != 409:  # fewer entries than we signed: an alarm
            raise
        alarm(folder, doors, kept, told, "the log is shorter than what you signed")
    except (ValueError, LookupError) as error:
        alarm(folder, doors, kept, told, str(error))
    if text != kept.get("note", "").partition("\n\n")[0] + "\n":  # never sign one thing twice
        kept = {"key": key, "note": note + cosignature(folder, text)}
        state.with_suffix(".new").write_text(json.dumps(kept), "utf-8")  # before it is handed in
        state.with_suffix(".new").replace(state)
    told = ask(doors, kept["note"])
    print(
        f"ok: {told['size']} entries, signed by " + ", ".join(c["name"] for c in told["cosigned"])
    )


def alarm(folder, doors, kept, told, reason):
    proof = folder / f"alarm-{time.time_ns()}.txt"
    proof.write_text(f"{reason}\n\n{kept.get('note')}\n{json.dumps(told, indent=1)}\n", "utf-8")
    if kept.get("note"):
        with suppress(OSError):  # the house keeps what contradicts it and tells its admins
            ask(doors, kept["note"])
    raise ValueError(f"{reason}. Keep {proof}, sign nothing more, tell others.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["init", "run"])
    parser.add_argument("subject", help="your name, or the house's address")
    parser.add_argument("--key", default="")
    parser.add_argument("--folder", type=Path, default=Path())
    asked = parser.parse_args()
    try:
        if asked.act == "init":
            init(asked.folder, asked.subject)
        else:
            run(asked.folder, asked.subject, asked.key)
    except urllib.error.HTTPError as error:
        print(f"WRONG: {error.code} {error.read(2000).decode(errors='replace')}", file=sys.stderr)
        sys.exit(1 if error.code < 500 else 2)
    except OSError as error:
        print(f"not reached: {error}", file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        sys.exit(f"WRONG: {error or 'a signature that is not of this text'}")
