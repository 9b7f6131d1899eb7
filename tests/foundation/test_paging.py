"""Pages follow one another without gap or repeat, and odd cursors are refused."""

import base64
import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import paging
from foundation.errors import Invalid
from foundation.job_models import IdempotentAnswer, JobProgress
from foundation.paging import fetch
from tests.conftest import NOW


def _fill(session: Session, count: int) -> None:
    session.add_all(
        JobProgress(job_id=n, done=n // 3, total=9, updated_at=NOW) for n in range(count)
    )
    session.flush()


def test_pages_cover_every_row_once(session: Session) -> None:
    _fill(session, 23)
    key = [JobProgress.done, JobProgress.job_id]

    seen, cursor = [], None
    while True:
        page = fetch(session, select(JobProgress), key, cursor=cursor, size=5, descending=True)
        seen += [row.job_id for row in page.items]
        assert page.total == 23
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == sorted(range(23), reverse=True)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "####",
        base64.urlsafe_b64encode(b"[1]").decode(),
        "é",
        "a" * 10_000,
        base64.urlsafe_b64encode(json.dumps([2**70, 1]).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps([{"t": "x"}, 1]).encode()).decode(),
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b'["a", 1]').decode(),
        base64.urlsafe_b64encode(b'["\\ud800", 1]').decode(),
        base64.urlsafe_b64encode(b'[{"n": "NaN"}, 1]').decode(),
        base64.urlsafe_b64encode(b'[{"n": "x"}, 1]').decode(),
        base64.urlsafe_b64encode(b'[{"d": "0001-01-01"}, 1]').decode(),
        base64.urlsafe_b64encode(b"[0.5, true]").decode(),
    ],
)
def test_an_odd_cursor_is_refused_naming_the_field(session: Session, cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        fetch(session, select(JobProgress), [JobProgress.done, JobProgress.job_id], cursor=cursor)

    assert caught.value.findings[0].field == "cursor"


def test_instants_survive_the_cursor() -> None:
    assert paging._decode(paging.encode([NOW, "a"]), 2) == [NOW, "a"]


def test_a_page_can_be_mapped(session: Session) -> None:
    session.add(IdempotentAnswer(caller="a", key="k", request_hash="h", created_at=NOW, status=200))
    session.flush()

    page = fetch(session, select(IdempotentAnswer), [IdempotentAnswer.key]).map(lambda row: row.key)

    assert page.items == ["k"]
