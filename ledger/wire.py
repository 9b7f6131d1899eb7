"""How checkpoints and proofs are told to programs, the same on pages and in the API."""

import base64
from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields

from ledger import canonical, note
from ledger.cosigning import Growth
from ledger.models import Checkpoint, SigningKey
from ledger.proofs import ConsistencyProof, Entry, InclusionProof, Tree
from ledger.witnesses import Standing
from ledger.witnessing import Cosigned


class CheckpointSchema(Schema):
    """A signed checkpoint; ``note`` is the text to keep, ``verifier_key`` checks its signature."""

    size = fields.Integer(required=True)
    root = fields.String(required=True, metadata={"description": "SHA-256, base64"})
    made_at = fields.String(required=True)
    note = fields.String(required=True)
    verifier_key = fields.String(required=True)


class CosignerSchema(Schema):
    """A witness that signed a checkpoint, and the moment it tells."""

    name = fields.String(required=True)
    verifier_key = fields.String(required=True)
    at = fields.String(required=True)


class CosignedSchema(CheckpointSchema):
    """A checkpoint and who signed it besides the log; ``note`` bears all their lines."""

    cosigned = fields.List(fields.Nested(CosignerSchema), required=True)


class CheckpointListSchema(Schema):
    """Checkpoints, the newest first."""

    items = fields.List(fields.Nested(CheckpointSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class LedgerEntrySchema(Schema):
    """An entry; ``leaf_hash`` commits to ``content``, which is null unless its kind is public."""

    sequence = fields.Integer(required=True)
    kind = fields.String(required=True)
    recorded_at = fields.String(required=True)
    leaf_hash = fields.String(required=True)
    content = fields.String(required=True, allow_none=True)


class TreeSchema(Schema):
    """The log when it had ``size`` entries; the signed parts are null where nobody signed it."""

    size = fields.Integer(required=True)
    root = fields.String(required=True, metadata={"description": "SHA-256, base64"})
    made_at = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    verifier_key = fields.String(required=True, allow_none=True)


class InclusionSchema(Schema):
    """That an entry is in the log (RFC 9162, 2.1.3): ``path`` leads from the leaf to ``tree``.

    Unless a size was asked for, ``tree`` is the newest checkpoint's.
    """

    sequence = fields.Integer(required=True)
    leaf_index = fields.Integer(required=True)
    kind = fields.String(required=True)
    recorded_at = fields.String(required=True)
    leaf_hash = fields.String(required=True)
    path = fields.List(fields.String(), required=True)
    tree = fields.Nested(TreeSchema, required=True)
    checkpoint = fields.Nested(CheckpointSchema, required=True)
    content = fields.String(allow_none=True, required=True)


class ConsistencySchema(Schema):
    """That the log of ``first`` is the beginning of the log of ``second`` (RFC 9162, 2.1.4)."""

    first = fields.Nested(TreeSchema, required=True)
    second = fields.Nested(TreeSchema, required=True)
    path = fields.List(fields.String(), required=True)


class KeySchema(Schema):
    """A key of the log; ``voucher`` is signed by it and by the one before it."""

    verifier_key = fields.String(required=True)
    since = fields.String(required=True)
    voucher = fields.String(required=True, allow_none=True)


class KeysSchema(Schema):
    """The keys of the log, newest first."""

    items = fields.List(fields.Nested(KeySchema), required=True)


def keys(found: Iterable[SigningKey], origin: str) -> dict[str, Any]:
    """Tell the keys of the log."""
    return {
        "items": [
            {
                "verifier_key": note.verifier_key(origin, key.public_key),
                "since": canonical.instant(key.since),
                "voucher": key.voucher,
            }
            for key in found
        ]
    }


def checkpoint(mark: Checkpoint) -> dict[str, Any]:
    """Tell a checkpoint."""
    origin = note.read(mark.note).origin
    return {
        "size": mark.size,
        "root": _base64(mark.root),
        "made_at": canonical.instant(mark.made_at),
        "note": mark.note,
        "verifier_key": note.verifier_key(origin, mark.public_key),
    }


def cosigned(mark: Checkpoint, text: str, signers: Iterable[Cosigned]) -> dict[str, Any]:
    """Tell a checkpoint with every signature under it."""
    return {**checkpoint(mark), "note": text, "cosigned": [cosigner(each) for each in signers]}


def cosigner(each: Cosigned) -> dict[str, Any]:
    """Tell who signed a checkpoint besides us."""
    at = canonical.instant(each.at)
    return {"name": each.name, "verifier_key": each.verifier_key, "at": at}


def witness(found: Standing) -> dict[str, Any]:
    """Tell who witnesses; never its address."""
    last = (
        {"size": found.size, "made_at": canonical.instant(found.at)}
        if found.size is not None and found.at is not None
        else None
    )
    return {
        "id": found.id,
        "name": found.name,
        "verifier_key": found.verifier_key,
        "since": canonical.instant(found.since),
        "until": canonical.instant(found.until) if found.until else None,
        "state": found.state,
        "last_cosigned": last,
    }


def growth(found: Growth, listed: Iterable[SigningKey]) -> dict[str, Any]:
    """Tell a witness what it may sign next."""
    return {
        "checkpoint": checkpoint(found.mark),
        "since": found.first,
        "path": [_base64(step) for step in found.path],
        "vouchers": [key.voucher for key in listed if key.voucher],
    }


def entry(found: Entry) -> dict[str, Any]:
    """Tell an entry."""
    return {
        "sequence": found.sequence,
        "kind": found.kind,
        "recorded_at": canonical.instant(found.recorded_at),
        "leaf_hash": _base64(found.leaf_hash),
        "content": found.content,
    }


def tree(found: Tree) -> dict[str, Any]:
    """Tell the log at a size."""
    if found.checkpoint is not None:
        return checkpoint(found.checkpoint)
    unsigned = dict.fromkeys(("made_at", "note", "verifier_key"))
    return {"size": found.size, "root": _base64(found.root), **unsigned}


def inclusion(proof: InclusionProof) -> dict[str, Any]:
    """Tell that an entry is in the log."""
    return {
        "sequence": proof.sequence,
        "leaf_index": proof.sequence - 1,
        "kind": proof.kind,
        "recorded_at": canonical.instant(proof.recorded_at),
        "leaf_hash": _base64(proof.leaf_hash),
        "path": [_base64(step) for step in proof.path],
        "tree": tree(proof.tree),
        "checkpoint": checkpoint(proof.checkpoint),
        "content": proof.content,
    }


def consistency(proof: ConsistencyProof) -> dict[str, Any]:
    """Tell that one checkpoint continues the other."""
    return {
        "first": tree(proof.first),
        "second": tree(proof.second),
        "path": [_base64(step) for step in proof.path],
    }


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
