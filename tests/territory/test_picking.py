"""Which commune is meant by what somebody typed."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid
from territory import units
from territory.models import Unit
from territory.picking import resolve

TODAY = date(2026, 11, 21)


def finding_of(session: Session, typed: str) -> Finding:
    with pytest.raises(Invalid) as raised:
        resolve(session, typed, TODAY)
    (finding,) = raised.value.findings
    assert finding.field == "commune_code"
    return finding


@pytest.mark.parametrize(
    "typed",
    [
        "21238", " 21238 ", "Vệ Giang", "ve giang", "VE  GIANG", "xa ve giang", "Xã Vệ Giang",
        "Xã Vệ Giang, Quảng Ngãi", "ve giang quang ngai", "Ve Giang Commune, Quang Ngai",
        "Sông Vệ", "thị trấn sông vệ",
    ],
)  # fmt: skip
def test_one_commune_is_meant(session: Session, typed: str) -> None:
    assert resolve(session, typed, TODAY).code == "21238"


def test_every_label_offered_by_the_picker_resolves_to_its_commune(session: Session) -> None:
    every_fortieth = session.scalars(
        select(Unit).where(Unit.level == "commune", Unit.valid_to.is_(None)).order_by(Unit.code)
    ).all()[::40]

    for unit in every_fortieth:
        assert resolve(session, unit.label, TODAY).code == unit.code


def test_the_diacritics_typed_decide_between_namesakes(session: Session) -> None:
    assert resolve(session, "Ba Tơ", TODAY).label == "Xã Ba Tơ, Quảng Ngãi"
    assert resolve(session, "Ba Tô", TODAY).label == "Xã Ba Tô, Quảng Ngãi"
    options = finding_of(session, "ba to").params["options"]
    assert {option["label"] for option in options} == {
        "Xã Ba Tơ, Quảng Ngãi",
        "Xã Ba Tô, Quảng Ngãi",
    }


def test_namesakes_come_back_as_choices(session: Session) -> None:
    finding = finding_of(session, "hoa binh")

    assert finding.code == "territory.choose"
    labels = [option["label"] for option in finding.params["options"]]
    assert "Phường Hoà Bình, Phú Thọ" in labels
    assert len(labels) > 1
    for option in finding.params["options"]:
        assert units.get_unit(session, option["code"], TODAY).label == option["label"]


def test_an_old_commune_that_was_divided_is_a_choice(session: Session) -> None:
    options = finding_of(session, "Xã Phú Thịnh, Huyện Yên Sơn, Tuyên Quang").params["options"]

    assert [option["label"] for option in options] == [
        "Xã Thái Bình, Tuyên Quang",
        "Xã Trung Sơn, Tuyên Quang",
    ]


def test_half_a_name_is_never_taken_silently(session: Session) -> None:
    finding = finding_of(session, "ve gia")

    assert finding.code == "territory.choose"
    assert finding.params["options"][0]["label"] == "Xã Vệ Giang, Quảng Ngãi"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("99999", "territory.unknown_unit"),
        ("Xã Không Có Thật", "territory.unknown_name"),
        ("", "territory.unknown_name"),
        ("'); DROP TABLE units; --", "territory.unknown_name"),
    ],
)
def test_what_is_nowhere_is_said_so(session: Session, typed: str, code: str) -> None:
    assert finding_of(session, typed).code == code


def test_a_province_is_no_commune(session: Session) -> None:
    assert finding_of(session, "tỉnh Quảng Ngãi").code in {
        "territory.unknown_name",
        "territory.choose",
    }


def test_the_finding_names_the_forms_own_field(session: Session) -> None:
    with pytest.raises(Invalid) as raised:
        resolve(session, "99999", TODAY, field="address.commune_code")
    assert raised.value.findings[0].field == "address.commune_code"
