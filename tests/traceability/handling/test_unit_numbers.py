"""Crates get the next number of their packer's company prefix, and no number twice."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from products import gtin
from tests.traceability.factories import Grown, grow, make_batch
from traceability.epcis.models import EpcisEvent
from traceability.handling import packing, unit_numbers
from traceability.handling.acting import Taken
from traceability.handling.packing import Packing
from traceability.handling.trade_models import LogisticUnit, UnitNumbers
from traceability.lineage.models import TraceNode

PREFIX = "8930001"
prefixes = st.text("0123456789", min_size=6, max_size=12)


@given(prefix=prefixes, number=st.integers(0, 10**11))
def test_a_number_is_eighteen_digits_around_the_prefix(prefix: str, number: int) -> None:
    found = unit_numbers.sscc(prefix, number)

    if number >= 10 ** (17 - len(prefix)):
        assert found is None
    else:
        assert found is not None
        assert len(found) == 18
        assert found[1:].startswith(prefix)
        assert int(found[-1]) == gtin.check_digit(found[:-1])
        # The extension digit and the serial are the number, so no two numbers are one.
        assert int(found[0] + found[1 + len(prefix) : -1]) == number


def _pack(session: Session, grown: Grown, lot: str, now: datetime, sscc: str = "") -> LogisticUnit:
    batch = make_batch(session, grown, now, lot=lot)
    taken = Taken(batch.code, Decimal(10))
    return packing.pack(session, SYSTEM, Packing((taken,), sscc or None), now=now)


def _confirm(grown: Grown, now: datetime, prefix: str = PREFIX) -> None:
    grown.organisation.gs1_prefix, grown.organisation.gs1_prefix_confirmed_at = prefix, now


def test_without_a_confirmed_prefix_a_crate_goes_by_our_code(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    grown.organisation.gs1_prefix = PREFIX

    assert _pack(session, grown, "A", now).sscc is None


def test_crates_are_numbered_on_past_those_told_before(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    _confirm(grown, now)
    told = unit_numbers.sscc(PREFIX, 1)
    session.add(TraceNode(uri=f"https://id.gs1.org/00/{told}", created_at=now))

    first = _pack(session, grown, "A", now)
    printed = _pack(session, grown, "B", now, sscc="389300010000000019")
    second = _pack(session, grown, "C", now)

    assert (first.sscc, second.sscc) == ("089300010000000001", "089300010000000025")
    assert printed.sscc == "389300010000000019"
    event = session.query(EpcisEvent).filter_by(parent_uri=second.uri).one()
    assert event.document["parentID"] == "https://id.gs1.org/00/089300010000000025"


def test_a_number_of_a_crate_unpacked_is_not_given_again(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    _confirm(grown, now)
    first = _pack(session, grown, "A", now)
    packing.unpack(session, SYSTEM, first.code, now=now)

    assert _pack(session, grown, "B", now).sscc != first.sscc


def test_a_prefix_whose_numbers_are_all_given_gives_no_more(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    _confirm(grown, now, "893000123456")
    session.add(UnitNumbers(prefix="893000123456", given=10**5 - 1))
    session.flush()

    assert _pack(session, grown, "A", now).sscc is not None
    assert _pack(session, grown, "B", now).sscc is None
