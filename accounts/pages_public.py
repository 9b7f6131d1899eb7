"""A producer's public page: what somebody has vouched for, and nothing personal."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts import names, organisations, ports
from foundation import clock, db, web
from territory import units

blueprint = Blueprint("public", __name__)


@blueprint.get("/organisations/<code>")
@web.public
def organisation(code: str) -> ResponseReturnValue:
    """The address by which events name an organisation: its public page, if it has one."""
    with db.reading() as session:
        found = organisations.get_public(session, code)
        return redirect(url_for("accounts.public.producer", slug=found.slug), 302)


@blueprint.get("/producers/<slug>")
@web.public
def producer(slug: str) -> ResponseReturnValue:
    """Name, commune, kind, the verified badge, and the way to areas and products."""
    with db.reading() as session:
        found = organisations.get_by_slug(session, slug)
        commune = units.find_unit(session, found.commune_code, clock.today())
        sections = [reader(session, found) for reader in ports.producer_sections]
        return web.render(
            "accounts/producer.html",
            organisation=found,
            kind=names.called(names.KINDS, found.kind),
            gs1_prefix=names.company_prefix(found),
            place=units.label(commune) if commune is not None else "",
            sections=[section for section in sections if section is not None],
        )
