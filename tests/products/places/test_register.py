"""The register of rural-tourism places."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor, Held
from foundation import files
from foundation.config import Config
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from ledger.models import LedgerEntry
from products.places import facts, hours, listing, photos, register
from products.places.details import PlaceDetails
from products.places.listing import PlaceWish
from tests.accounts.factories import make_organisation
from tests.products.factories import make_product
from tests.products.test_pages import jpeg

VE_GIANG, QUANG_NGAI = "21238", "51"
OFFICER = Actor(9_000_001, "Cán bộ", (Held("officer", QUANG_NGAI),))
ELSEWHERE = Actor(9_000_002, "Cán bộ", (Held("officer", "48"),))
PLACE = PlaceDetails(
    kind="orchard",
    name="Vườn bưởi Sông Vệ",
    commune="ve giang",
    position=(108.8392, 15.046),
    opening_hours=hours.read_week({}, "07:00-17:00"),
    to_buy="Bưởi hái tại vườn",
)


def test_a_place_is_seen_by_visitors_once_published(session: Session, now: datetime) -> None:
    place = register.create(session, OFFICER, PLACE, now=now)
    with pytest.raises(NotFound):
        listing.get_public(session, place.slug)

    register.publish(session, OFFICER, place.code, now=now)

    assert listing.get_public(session, "vuon-buoi-song-ve").commune_code == VE_GIANG
    assert [p.name for p in listing.list_public(session, PlaceWish(q="buoi hai")).items] == [
        "Vườn bưởi Sông Vệ"
    ]
    shown = facts.public_places(session, bbox=(108.0, 15.0, 109.0, 16.0))
    assert [place.position for place in shown] == [(108.8392, 15.046)]
    assert facts.public_places(session, bbox=(105.0, 15.0, 106.0, 16.0)) == []


def test_a_closed_place_leaves_the_list_and_keeps_its_page(session: Session, now: datetime) -> None:
    place = register.create(session, OFFICER, PLACE, now=now)
    register.publish(session, OFFICER, place.code, now=now)
    with pytest.raises(Invalid):
        register.close(session, OFFICER, place.code, "  ", now=now)

    register.close(session, OFFICER, place.code, "Chủ vườn chuyển đi", now=now)

    assert listing.list_public(session, PlaceWish()).items == []
    assert listing.get_public(session, place.slug).closed_reason == "Chủ vườn chuyển đi"
    with pytest.raises(Conflict):
        register.close(session, OFFICER, place.code, "Lần nữa", now=now)
    register.publish(session, OFFICER, place.code, now=now)
    assert listing.get_public(session, place.slug).closed_reason is None


def test_only_officers_of_the_place_keep_it(session: Session, now: datetime) -> None:
    place = register.create(session, OFFICER, PLACE, now=now)

    with pytest.raises(NotFound):
        register.publish(session, ELSEWHERE, place.code, now=now)
    with pytest.raises(Forbidden):
        register.create(session, ELSEWHERE, PLACE, now=now)
    # Nor can a place be moved into a territory that is not one's own.
    with pytest.raises(Forbidden):
        register.update(session, OFFICER, place.code, replace(PLACE, commune="20500"), now=now)
    assert listing.list_own(session, ELSEWHERE, PlaceWish()).items == []
    assert len(listing.list_own(session, OFFICER, PlaceWish()).items) == 1


def test_everything_wrong_is_told_at_once(session: Session, now: datetime) -> None:
    wrong = PlaceDetails(
        kind="casino", name="!!!", commune="Không Có", organisation="KHONGCO1", products=("SP0",)
    )

    with pytest.raises(Invalid) as refused:
        register.create(session, OFFICER, wrong, now=now)

    assert {finding.field for finding in refused.value.findings} == {
        "kind", "name", "commune", "organisation", "products",
    }  # fmt: skip


def test_what_is_sold_is_named_by_code_or_whole_name(session: Session, now: datetime) -> None:
    maker = make_organisation(session, now)
    rice = make_product(session, maker, now=now, name="Gạo Vệ Giang")
    nuts = make_product(session, maker, now=now, name="Lạc sẻ")
    wish = replace(PLACE, products=("gạo vệ giang", nuts.code.lower()))

    place = register.create(session, OFFICER, wish, now=now)
    register.publish(session, OFFICER, place.code, now=now)

    assert listing.products_of(session, place.id) == [rice, nuts]
    assert [p.id for p in listing.places_selling(session, rice.id)] == [place.id]
    make_product(session, maker, now=now, name="Gạo Vệ Giang")
    with pytest.raises(Invalid) as refused:
        register.update(session, OFFICER, place.code, wish, now=now)
    assert refused.value.findings[0].code == "place.product_ambiguous"
    assert listing.products_of(session, place.id) == [rice, nuts]


def test_two_places_of_one_name_get_two_addresses(session: Session, now: datetime) -> None:
    first = register.create(session, OFFICER, PLACE, now=now)
    second = register.create(session, OFFICER, PLACE, now=now)

    assert first.slug == "vuon-buoi-song-ve"
    assert second.slug == f"vuon-buoi-song-ve-{second.code.lower()}"


def test_a_change_counts_as_confirmed_and_every_step_is_in_the_ledger(
    session: Session, now: datetime
) -> None:
    place = register.create(session, OFFICER, PLACE, now=now)
    later = now + timedelta(days=400)

    register.update(session, OFFICER, place.code, replace(PLACE, to_buy="Bưởi, mật"), now=later)
    register.publish(session, OFFICER, place.code, now=later)
    register.confirm(session, OFFICER, place.code, now=later)

    assert place.confirmed_on == later.date()
    kinds = session.scalars(
        select(LedgerEntry.kind).where(LedgerEntry.subject == place.code).order_by(LedgerEntry.id)
    )
    assert list(kinds) == ["place.entered", "place.changed", "place.published", "place.confirmed"]


def test_photos_of_a_place_are_few_and_their_cover_is_chosen(
    session: Session, now: datetime, test_config: Config
) -> None:
    files.use(test_config.files_url)
    place = register.create(session, OFFICER, PLACE, now=now)

    photos.add(session, OFFICER, place.code, jpeg(), "Vườn", now=now)
    photos.add(session, OFFICER, place.code, jpeg(), "Vườn", now=now)
    (only,) = photos.of_place(session, place.id)
    photos.make_cover(session, OFFICER, place.code, only.id)

    assert photos.covers(session, [place.id])[place.id].caption == "Vườn"
    with pytest.raises(Invalid):
        photos.add(session, OFFICER, place.code, io.BytesIO(b"GIF89a"), None, now=now)
    with pytest.raises(NotFound):
        photos.remove(session, ELSEWHERE, place.code, only.id)
    photos.remove(session, OFFICER, place.code, only.id)
    assert photos.of_place(session, place.id) == []


def test_a_picture_two_places_show_keeps_its_address_until_the_last_takes_it_off(
    session: Session, now: datetime, test_config: Config
) -> None:
    files.use(test_config.files_url)
    one, two = (register.create(session, OFFICER, PLACE, now=now) for _ in range(2))
    for place in (one, two):
        photos.add(session, OFFICER, place.code, jpeg(), None, now=now)
    (of_one,), (of_two,) = (photos.of_place(session, place.id) for place in (one, two))

    photos.remove(session, OFFICER, one.code, of_one.id)
    assert files.get_file(session, of_two.card_hash).is_public
    photos.remove(session, OFFICER, two.code, of_two.id)

    assert not files.get_file(session, of_two.card_hash).is_public


def test_a_ninth_photo_is_refused(
    session: Session, now: datetime, test_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.use(test_config.files_url)
    place = register.create(session, OFFICER, PLACE, now=now)
    monkeypatch.setattr(photos, "MOST_PHOTOS", 0)

    with pytest.raises(Refused):
        photos.add(session, OFFICER, place.code, jpeg(), None, now=now)
