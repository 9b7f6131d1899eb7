"""What a Digital Link names among what we know, and the links we can offer about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from sqlalchemy.orm import Session

from accounts import organisations
from accounts.models import Organisation
from foundation import clock
from foundation.i18n import N_
from growing_areas import areas
from products import register
from products.models import Product
from traceability import ports
from traceability.digital_link import Link
from traceability.linking import key_names, mentions, own_links
from traceability.linking.models import OwnLink
from traceability.linking.targets import Target
from traceability.scan import lookup
from traceability.scan.lookup import Found

BOTH = ("vi", "en")


@dataclass(frozen=True)
class Thing:
    """A thing on record at the most exact level we know it.

    ``path`` is its own address; ``is_exact`` is false when the lot or serial asked for is unknown
    and the answer walked up; ``found`` is the batch a scan leads to; ``inside`` are trace paths,
    ``links`` what a page of nothing but its owner's links shows.
    """

    path: str
    description: str
    targets: tuple[Target, ...]
    default: Target
    is_exact: bool = True
    found: Found | None = None
    product: Product | None = None
    inside: tuple[tuple[str, str], ...] = ()
    links: tuple[Target, ...] = ()
    same_as: str | None = None


def find_thing(session: Session, link: Link, *, now: datetime) -> Thing | None:
    """What a link names, walked up to what is known; None when nothing of it is."""
    finder = _FINDERS.get(link.key)
    thing = finder(session, link, now) if finder else None
    return _with_own_links(session, link, thing, now)


def _with_own_links(
    session: Session, link: Link, thing: Thing | None, now: datetime
) -> Thing | None:
    """A thing with what its owner says of this very code, and of those it is part of.

    A code that only its owner's links know is a thing too: its page is the list of them.
    """
    steps = _steps_up(link)
    found = own_links.in_force_at(session, steps, clock.business_day(now))
    if not found:
        return thing
    kept = {(each.link_type, each.language, each.context): each.path for each in reversed(found)}
    offered = [
        _owned(each)
        for each in found
        if kept[each.link_type, each.language, each.context] == each.path
    ]
    path = found[0].path
    if thing is not None and steps.index(path) >= _step_of(thing, steps):
        return replace(thing, targets=(*thing.targets, *offered))
    page = _page("traceability", path, N_("Các trang về mã này"))
    known = replace(link, qualifiers=link.qualifiers[: path.count("/") // 2 - 1])
    name = key_names.called(known)
    above = () if thing is None else thing.targets
    links = tuple(offered)
    owner = session.get_one(Organisation, found[0].organisation_id)
    return Thing(
        path,
        name,
        (page, *links, *above),
        page,
        is_exact=path == steps[0],
        links=links,
        inside=((owner.name, f"/producers/{owner.slug}"),),
    )


def _steps_up(link: Link) -> list[str]:
    """The paths of a link and of what it is part of, the narrowest first."""
    if link.key == "415":
        # Alone it is no address: an invoice is always told along. Who wrote it is a party.
        return [link.path(), Link("417", link.value).path()]
    counts = range(len(link.qualifiers), -1, -1)
    return [Link(link.key, link.value, link.qualifiers[:count]).path() for count in counts]


def _step_of(thing: Thing, steps: list[str]) -> int:
    """How far up a thing stands from what was asked for."""
    return steps.index(thing.path) if thing.path in steps else 0


def is_known(session: Session, link: Link) -> bool:
    """Whether the thing itself, not only what is above it, is on record."""
    thing = find_thing(session, link, now=clock.now())
    return thing is not None and thing.path == link.path()


def find_batch(link: Link) -> Found | None:
    """The batch, and the item of it, a product's link names (one prepared query)."""
    if link.key != "01" or link.lot is None:
        return None
    return lookup.find_by_lot(link.value, link.lot, link.serial)


def _find_product(session: Session, link: Link, now: datetime) -> Thing | None:
    gtin = link.value
    product = register.find_by_gtin(session, gtin)
    if product is None:
        return None
    found = find_batch(link)
    known = Link("01", gtin, _known_qualifiers(link, found))
    path = known.path()
    own = _own_page(path, N_("Nguồn gốc và tình trạng lô hàng")) if found else None
    product_page = _page("pip", f"/products/{product.slug}", N_("Trang giới thiệu sản phẩm"))
    targets = [product_page, *_shops(session, product, now), *_owners(session, product, now)]
    if own is not None:
        typed = link.serial or link.lot or ""
        events = _events(_current(product, Link("01", gtin, (("10", link.lot or ""),))))
        targets = [own, *_batch_targets(path, typed), events, *targets]
    default = own or _own_page(path, N_("Sản phẩm này trong hệ thống"))
    return Thing(
        path=path,
        description=product.name,
        targets=(*targets, *(() if own else (default,))),
        default=default,
        is_exact=found is not None or (link.lot is None and link.serial is None),
        found=found,
        product=product,
        same_as=_current(product, known),
    )


def _known_qualifiers(link: Link, found: Found | None) -> tuple[tuple[str, str], ...]:
    return link.qualifiers if found is not None else ()


def _current(product: Product, known: Link) -> str:
    """The canonical name of the thing under the product's present number."""
    return replace(known, value=product.gtin or known.value).canonical()


def _own_page(path: str, words: str) -> Target:
    return _page("traceability", path, words)


def _page(link_type: str, href: str, words: str) -> Target:
    return Target(link_type, href, words, BOTH)


def _batch_targets(path: str, typed: str) -> list[Target]:
    return [
        _page("recallStatus", path + "#verdict", N_("Lô hàng có bị thu hồi không")),
        _page("certificationInfo", path + "#certificates", N_("Chứng nhận của sản phẩm")),
        _page("verificationService", f"/verify?q={quote(typed, safe='')}", N_("Kiểm tra mã")),
    ]


def _events(uri: str) -> Target:
    """Every step on record, for partners' programs (a token is asked for there)."""
    href = f"/epcis/events?MATCH_anyEPCClass={quote(uri, safe='')}"
    return Target("epcis", href, N_("Các sự kiện của lô hàng"), (), "application/ld+json")


def _shops(session: Session, product: Product, now: datetime) -> list[Target]:
    places = ports.where_to_buy(session, product.id, now)
    named = {place.href: place.label for place in reversed(places)}
    return [
        _page("hasRetailers", href, named[href]) for href in dict.fromkeys(p.href for p in places)
    ]


def _owners(session: Session, product: Product, now: datetime) -> list[Target]:
    """What the product's owner added to its labels."""
    return [
        _owned(link) for link in own_links.in_force(session, product.id, clock.business_day(now))
    ]


def _owned(link: OwnLink) -> Target:
    return Target(
        link.link_type,
        link.href,
        link.title,
        (link.language,) if link.language else (),
        contexts=(link.context,) if link.context else (),
        is_owners=True,
    )


def _find_piece(session: Session, link: Link, now: datetime) -> Thing | None:
    """One piece of several of an article leads where the article itself leads."""
    whole = _find_product(session, Link("01", link.value[:14], link.qualifiers), now)
    if whole is None:
        return _find_mentioned(session, link, now)
    known = link.qualifiers if whole.found else ()
    path = Link(link.key, link.value, known).path()
    return replace(whole, path=path, same_as=None, found=None, product=None)


def _find_place(session: Session, link: Link, now: datetime) -> Thing | None:
    """A growing area of an organisation by its code, else the organisation by its GLN."""
    organisation = organisations.find_by_gln(session, link.value)
    if organisation is None:
        return None
    code = link.find("254")
    area = areas.find_by_code(session, code) if code else None
    if area is not None and area.organisation_id == organisation.id:
        page = _page("locationInfo", f"/areas/{area.code}", N_("Vùng trồng"))
        path = Link(link.key, link.value, (("254", code or ""),)).path()
        return Thing(path, area.name, (page,), page)
    page = _page("homepage", f"/producers/{organisation.slug}", N_("Trang của đơn vị sản xuất"))
    path = link.path() if link.key == "415" else Link(link.key, link.value).path()
    return Thing(path, organisation.name, (page,), page, is_exact=path == link.path())


def _find_unit(session: Session, link: Link, now: datetime) -> Thing | None:
    """A logistic unit by the batches in it, else by those that events name beside it."""
    inside = mentions.in_unit(session, link)
    return _beside(link, inside) if inside else _find_mentioned(session, link, now)


def _find_mentioned(session: Session, link: Link, now: datetime) -> Thing | None:
    """A crate, machine, shipment or paper that goes with batches the public may see."""
    found = mentions.find(session, link)
    return _beside(found.link, found.batches) if found else None


def _beside(link: Link, batches: mentions.Batches) -> Thing:
    path = link.path()
    default = _page("traceability", path, N_("Các lô hàng đi cùng mã này"))
    return Thing(path, key_names.called(link), (default,), default, inside=batches)


_FINDERS = {
    **dict.fromkeys(mentions.KEYS, _find_mentioned),
    "00": _find_unit,
    "01": _find_product,
    "414": _find_place,
    "415": _find_place,
    "417": _find_place,
    "8006": _find_piece,
}
