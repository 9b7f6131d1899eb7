"""What a log line says of an error: kinds and places, never words that quote somebody."""

import json
from dataclasses import replace
from email.message import EmailMessage

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation import config, logs, mail

PHONE = "+84905999888"


def test_a_broken_rule_is_told_by_its_name_and_not_by_the_row(session: Session) -> None:
    make = text(
        "INSERT INTO people (name, name_key, phone, locale, created_at)"
        " VALUES ('x', 'x', :phone, 'vi', now())"
    )
    session.execute(make, {"phone": PHONE})

    with pytest.raises(IntegrityError) as raised:
        session.execute(make, {"phone": PHONE})

    told = logs.told_error(None, "error", {"event": "x", "exc_info": raised.value})
    assert PHONE not in str(told)
    assert any("uq_people_phone" in line for line in told["exception"])


def test_an_errors_own_words_are_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    try:
        try:
            raise ValueError(f"no number: {PHONE}")
        except ValueError:
            structlog.get_logger().exception("unexpected_error")
    finally:
        structlog.reset_defaults()

    line = json.loads(capsys.readouterr().err)
    assert line["exception"][0] == "ValueError"
    assert "test_logs.py" in line["exception"][1]
    assert PHONE not in str(line)


def test_in_production_no_mail_is_written_to_the_console(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(config, "_current", replace(config.current(), production=True))
    message = EmailMessage()
    message["To"] = "hoa@vidu.vn"
    message.set_content("Mã: 123456")

    mail.Console().send(message)

    shown = "".join(capsys.readouterr())
    assert "hoa@vidu.vn" not in shown
    assert "123456" not in shown


def test_settings_show_no_secret() -> None:
    made = config.read(
        {
            "NGUON_SECRET_KEY": "bi-mat-" * 6,
            "NGUON_DATABASE_URL": "postgresql://a:bi-mat@db/nguon",
            "NGUON_SMTP_URL": "smtps://a:bi-mat@mail",
            "NGUON_MESSAGE_TOKEN": "bi-mat",
            "NGUON_METRICS_TOKEN": "bi-mat",
        }
    )

    assert "bi-mat" not in repr(made)
