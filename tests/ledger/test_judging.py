"""Judging what strangers bring: hostile files get an answer, never an error; notes are judged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from ledger import bringing, judging, note
from ledger.judging import Term

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
NOW = datetime(2026, 11, 21, tzinfo=UTC)
TERM = Term(PUBLIC)
NOTE = note.sign(note.Statement("nguon.vn/ledger", 42, bytes(32), NOW), KEY)

PARTS = ("format", "made_at", "story", "facts", "same", "checkpoint", "verifier_key", "signature")
FACT = ("table", "values", "entry", "row_path", "row_index", "path", "leaf_index")
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.binary())
def test_any_bytes_are_answered(data: bytes) -> None:
    assert not judging.judge(data, [TERM]).matches


@given(st.dictionaries(st.sampled_from(PARTS), ANY))
def test_any_mapping_is_answered(bundle: dict[str, object]) -> None:
    data = json.dumps({**bundle, "checkpoint": NOTE}).encode()

    assert not judging.judge(data, [TERM]).matches


@given(
    st.dictionaries(
        st.sampled_from(
            ["table", "values", "entry", "row_path", "row_index", "path", "leaf_index"]
        ),
        ANY,
    )
)
def test_any_fact_is_answered(fact: dict[str, object]) -> None:
    entry = json.dumps({"body": json.dumps({"rows": 1, "root": "00"}), "recorded_at": "x"})
    whole = {"table": "batches", "values": {}, "entry": entry, "row_path": [], "path": []}
    bundle = {"made_at": "x", "story": {}, "checkpoint": NOTE, "same": [], "signature": "x"}
    facts = [{**whole, "row_index": 0, "leaf_index": 0, **fact}]

    assert not judging.judge(json.dumps({**bundle, "facts": facts}).encode(), [TERM]).matches


@pytest.mark.parametrize(
    ("term", "code"),
    [
        (TERM, "bundle.matches"),
        (Term(PUBLIC, NOW + timedelta(days=1)), "bundle.matches"),
        (Term(PUBLIC, NOW - timedelta(days=1)), "bundle.retired_key"),
        (Term(bytes(32)), "bundle.foreign"),
    ],
)
def test_a_checkpoint_is_judged_by_the_key_and_its_time(term: Term, code: str) -> None:
    judged = judging.judge(NOTE.encode(), [term])

    assert (judged.code, judged.kind) == (code, "checkpoint")


def test_a_checkpoint_as_mail_brings_it_is_still_one() -> None:
    judged = judging.judge(b"\r\n" + NOTE.replace("\n", "\r\n").encode() + b"\r\n", [TERM])

    assert (judged.matches, judged.size, judged.note) == (True, 42, NOTE)


def test_the_child_answers_as_the_judge_does_and_withstands_a_nest_of_brackets() -> None:
    assert bringing.judge_file(NOTE.encode(), [TERM]) == judging.judge(NOTE.encode(), [TERM])
    deep = bringing.judge_file(b'{"a":' * 200_000, [TERM])
    assert deep.code == "bundle.unreadable"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "bundle.empty"), (b" \n", "bundle.empty"), (b"{" * 4_194_305, "bundle.too_large")],
)
def test_what_is_empty_or_too_large_is_never_given_to_a_child(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        bringing.judge_file(data, [TERM])

    assert refused.value.findings[0].code == code
