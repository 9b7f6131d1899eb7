"""Logs tell what happened to which route, and nothing about whom."""

from __future__ import annotations

import structlog
from flask.testing import FlaskClient


def test_a_request_is_logged_by_route_with_its_id_and_not_its_address(
    client: FlaskClient,
) -> None:
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as lines:
        client.get("/orders/SECRETCODE1?phone=0905123456", headers={"X-Request-Id": "abcd-1234"})

    told = [line for line in lines if line["event"] == "request"]
    assert len(told) == 1
    assert told[0]["status"] == 404
    assert told[0]["request_id"] == "abcd-1234"
    assert "SECRETCODE1" not in str(lines)
    assert "0905123456" not in str(lines)
