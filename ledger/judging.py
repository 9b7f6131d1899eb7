"""Judging what somebody brings: a proof bundle, or a checkpoint that was kept outside. PURE.

Read in a child process (`bundle_reader`): nothing of it is believed, not even its size. The first
thing that does not hold is named by a code and its parts; `docs/verify/` says the same without us.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger import canonical, merkle, note

MATCHES = "bundle.matches"
UNPROVED = "bundle.unproved"
"""All that the file tells holds, and the batch itself was recorded after its checkpoint."""
_GROUPS = ("told", "kept", "person")


@dataclass(frozen=True)
class Term:
    """A key of the log, and until when it signed (None: it still does).

    Since when is not asked: a clock that stands back does no harm, a stolen former key does.
    """

    public_key: bytes
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether the key had not been replaced yet."""
        return self.until is None or moment <= self.until


@dataclass(frozen=True)
class Proved:
    """A recorded row that holds: its table, its public columns, when it was recorded."""

    table: str
    values: dict[str, str | None]
    recorded_at: str


@dataclass(frozen=True)
class Judgement:
    """`code` is MATCHES, or the first thing wrong with `params`; the rest as far as it got."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    kind: str = "bundle"
    size: int = 0
    root: str = ""
    note: str = ""
    signed_at: str = ""
    batch: str = ""
    state: str = ""
    made_at: str = ""
    facts: tuple[Proved, ...] = ()

    @property
    def matches(self) -> bool:
        """Whether everything held."""
        return self.code == MATCHES

    @property
    def is_early(self) -> bool:
        """Whether everything held, and nothing of it is about the batch itself yet."""
        return self.code == UNPROVED


class _Wrong(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def judge(data: bytes, trusted: Sequence[Term]) -> Judgement:
    """Judge a bundle or a checkpoint by the keys of this log. Never raises."""
    found: dict[str, Any] = {}
    try:
        if data.lstrip()[:1] == b"{":
            _judge_bundle(_read(data), trusted, found)
        else:
            found["kind"] = "checkpoint"
            _judge_note(_decoded(data), trusted, found)
    except _Wrong as wrong:
        return Judgement(wrong.code, wrong.params, **found)
    return Judgement(MATCHES, {}, **found)


def _decoded(data: bytes) -> str:
    try:
        return data.decode().replace("\r\n", "\n").strip("\n") + "\n"
    except UnicodeDecodeError:
        raise _Wrong("bundle.unreadable") from None


def _read(data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        raise _Wrong("bundle.unreadable") from None
    if not isinstance(told, dict):
        raise _Wrong("bundle.unreadable")
    return told


def _judge_bundle(bundle: dict[str, Any], trusted: Sequence[Term], found: dict[str, Any]) -> None:
    story = _part(bundle, "story", dict)
    found["batch"] = _shown(story.get("code", ""), 40)
    found["state"] = _shown(story.get("state", ""), 40)
    found["made_at"] = _shown(_part(bundle, "made_at", str), 40)
    root = _judge_note(_part(bundle, "checkpoint", str), trusted, found)
    facts = _part(bundle, "facts", list)
    proved: list[Proved] = []
    for fact in facts:
        proved.append(_judge_fact(fact, found["size"], root))
        found["facts"] = tuple(proved)
    _judge_story(story, _part(bundle, "same", list), proved)
    _judge_whole(bundle, trusted)
    if story and not any(each.table == "batches" for each in proved):
        raise _Wrong(UNPROVED)


def _judge_note(text: str, trusted: Sequence[Term], found: dict[str, Any]) -> bytes:
    try:
        said = note.read(text)
    except ValueError:
        raise _Wrong("bundle.no_checkpoint") from None
    signers = [term for term in trusted if note.is_signed_by(text, term.public_key)]
    if not signers:
        raise _Wrong("bundle.foreign", origin=said.origin[:100])
    if not any(term.holds(said.made_at) for term in signers):
        raise _Wrong("bundle.retired_key")
    found["size"], found["note"] = said.size, text
    found["root"] = base64.b64encode(said.root).decode()
    found["signed_at"] = canonical.instant(said.made_at)
    return said.root


def _judge_fact(fact: Any, size: int, root: bytes) -> Proved:
    """Values → digest → row → list of rows → entry → tree of the checkpoint."""
    if not isinstance(fact, dict):
        raise _Wrong("bundle.incomplete", part="facts")
    table, values = _part(fact, "table", str), _part(fact, "values", dict)
    where = {"table": _shown(table, 60)}
    written = _part(fact, "entry", str)
    entry = _inner(written)
    body = _inner(_part(entry, "body", str))
    path = _path(fact, "row_path")
    count = _part(body, "rows", int)
    listed = _hex(_part(body, "root", str))
    leaf = merkle.leaf_hash(_row_text(fact, table, values))
    is_listed = merkle.verify_inclusion(leaf, _part(fact, "row_index", int), count, path, listed)
    if not is_listed or _part(fact, "rows", int) != count:
        raise _Wrong("bundle.fact_altered", **where)
    leaf, index = merkle.leaf_hash(written.encode()), _part(fact, "leaf_index", int)
    if not merkle.verify_inclusion(leaf, index, size, _path(fact, "path"), root):
        raise _Wrong("bundle.fact_unlogged", **where)
    return Proved(table, values, _part(entry, "recorded_at", str))


def _row_text(fact: dict[str, Any], table: str, values: dict[str, Any]) -> bytes:
    group = fact.get("group", "told")
    if group not in _GROUPS:
        raise _Wrong("bundle.incomplete", part="group")
    opened = {"group": group, "key": fact.get("key"), "salt": fact.get("salt"), "table": table}
    row = {name: fact.get(name) for name in (*_GROUPS, "form", "key")}
    try:
        digest = hashlib.sha256(canonical.document({**opened, "values": values}).encode())
        return canonical.document({**row, "table": table, group: digest.hexdigest()}).encode()
    except (ValueError, TypeError, RecursionError):
        raise _Wrong("bundle.incomplete", part="facts") from None


def _judge_story(story: dict[str, Any], same: list[Any], proved: list[Proved]) -> None:
    for each in same:
        try:
            recorded = proved[each["fact"]].values[each["column"]]
            told: Any = story
            for step in each["story"]:
                told = told[step]
        except (KeyError, IndexError, TypeError):
            raise _Wrong("bundle.incomplete", part="same") from None
        if told != recorded:
            raise _Wrong(
                "bundle.story_differs", said=_shown(told, 80), recorded=_shown(recorded, 80)
            )


def _judge_whole(bundle: dict[str, Any], trusted: Sequence[Term]) -> None:
    signature = _part(bundle, "signature", str)
    rest = {name: value for name, value in bundle.items() if name != "signature"}
    try:
        digest = hashlib.sha256(canonical.document(rest).encode()).digest()
    except (ValueError, TypeError, RecursionError):
        raise _Wrong("bundle.changed") from None
    origin, _, rest_of_text = signature.partition("\n")
    name = origin.removesuffix("/bundle")
    said = rest_of_text.partition("\n")[0]
    is_signed = any(note.is_signed_by(signature, term.public_key, name) for term in trusted)
    if not is_signed or said != base64.b64encode(digest).decode():
        raise _Wrong("bundle.changed")


def _shown(value: Any, most: int) -> str:
    """The beginning of what a file says, as a page can show it: lone surrogates have no bytes."""
    return str(value)[:most].encode("utf-8", "replace").decode()


def _part(told: dict[str, Any], name: str, kind: type) -> Any:
    value = told.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _Wrong("bundle.incomplete", part=name)
    return value


def _inner(text: str) -> dict[str, Any]:
    try:
        return _read(text.encode())
    except UnicodeEncodeError:
        raise _Wrong("bundle.unreadable") from None


def _path(told: dict[str, Any], name: str) -> list[bytes]:
    try:
        return [base64.b64decode(step, validate=True) for step in _part(told, name, list)]
    except (binascii.Error, TypeError, ValueError):
        raise _Wrong("bundle.incomplete", part=name) from None


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise _Wrong("bundle.incomplete", part="root") from None
