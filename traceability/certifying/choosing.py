"""Words and choices of the pages of certificates and laboratory results."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from accounts.permissions import Actor, may
from foundation.i18n import N_, _, many, number
from growing_areas.models import GrowingArea
from products import register
from traceability import batches
from traceability.certifying import certificates, lists
from traceability.certifying.judging import UNITS
from traceability.certifying.models import GoodsCertificate, LaboratoryReading, LaboratoryResult
from traceability.quality.labels import parameter_name as parameter_name

_CHOICES = 100
_STATES = {
    "valid": (N_("Còn hiệu lực"), "good"),
    "ending": (N_("Sắp hết hạn"), "warn"),
    "ended": (N_("Hết hạn"), "bad"),
    "not_yet": (N_("Chưa có hiệu lực"), "calm"),
    "withdrawn": (N_("Bị thu hồi"), "bad"),
}
_OUTCOMES = {
    "passed": (N_("Đạt"), "good"),
    "failed": (N_("Không đạt"), "bad"),
    "unjudged": (N_("Chưa kết luận"), "wait"),
}


def state(row: GoodsCertificate, on: date) -> tuple[str, str]:
    """Where a certificate stands: its word and the tone of its badge."""
    word, tone = _STATES[certificates.state_on(row, on)]
    return _(word), tone


def outcome(code: str) -> tuple[str, str]:
    """What a result or reading came to: its word and the tone of its badge."""
    word, tone = _OUTCOMES[code]
    return _(word), tone


def standard(code: str) -> str:
    """The name of a standard; its code when it is no longer listed."""
    found = lists.standards().get(code)
    return found.name if found else code


def about(row: GoodsCertificate | LaboratoryResult) -> str:
    """What a paper is about."""
    if row.batch is not None:
        return _("Lô %(lot)s", lot=row.batch.lot)
    if row.product is not None:
        return row.product.name
    area = row.area if isinstance(row, LaboratoryResult) else None
    return area.name if area else ""


def measured(reading: LaboratoryReading) -> str:
    """A value as reports write it: "0,02 mg/kg", "KPH"."""
    if reading.value is None:
        if reading.detection_limit is None:
            return "KPH"
        return _("KPH (dưới %(limit)s %(unit)s)",
                 limit=number(reading.detection_limit.normalize()), unit=reading.unit)  # fmt: skip
    return f"{number(reading.value.normalize())} {reading.unit}"


def allowed(reading: LaboratoryReading) -> str:
    """The limit a reading was held to."""
    return "–" if reading.most is None else f"{number(reading.most.normalize())} {reading.unit}"


def standards(on: date) -> list[tuple[str, str]]:
    """The standards goods may be certified by."""
    return [(s.code, s.name) for s in lists.standards().values() if s.validity.covers(on)]


def food_groups() -> list[tuple[str, str]]:
    return [(group.code, group.name) for group in lists.food_groups().values()]


def parameter_names() -> list[str]:
    """What a form offers while somebody types; other words are as good."""
    return [each.name for each in lists.parameters().values()]


def panels(on: date) -> list[tuple[str, str]]:
    """What is usually measured together: one tap fills the form."""
    return [(each.code, each.name) for each in lists.panels().values() if each.validity.covers(on)]


def is_listed(parameter: str) -> bool:
    """Whether the table knows what was measured; its limit may still be unknown."""
    return parameter in lists.parameters()


def units() -> list[tuple[str, str]]:
    return [(unit, unit) for unit in UNITS]


def subjects(
    session: Session, actor: Actor, *, with_areas: bool
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the actor may write a paper about: the newest batches, products, areas by name."""
    action = "quality.report" if with_areas else "quality.write"
    held = batches.list_batches(session, actor, size=_CHOICES).items
    goods = register.list_products(session, actor, size=_CHOICES).items
    groups = [
        (
            _("Lô hàng"),
            [
                (f"batch:{batch.code}", f"{batch.lot}, {batch.product.name}")
                for batch in held
                if may(actor, action, batch)
            ],
        ),
        (
            many("Sản phẩm"),
            [(f"product:{p.code}", p.name) for p in goods if may(actor, action, p)],
        ),
    ]
    if with_areas:
        groups.append((many("Vùng trồng"), _areas(session, actor)))
    return groups


def subject_of(row: LaboratoryResult) -> str:
    """What a result is about, as the form's list of subjects calls it."""
    if row.batch is not None:
        return f"batch:{row.batch.code}"
    return f"product:{row.product.code}" if row.product else f"area:{row.area_id}"


def _areas(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Areas of the actor's organisations, and for an officer of the territory, by name."""
    places = actor.scopes("officer")
    everywhere = actor.system or actor.has_role("admin") or "" in places
    within = or_(
        GrowingArea.organisation_id.in_(actor.organisation_ids()),
        GrowingArea.commune_code.in_(places),
        GrowingArea.province_code.in_(places),
    )
    statement = (
        select(GrowingArea.id, GrowingArea.name, GrowingArea.code)
        .where(true() if everywhere else within)
        .order_by(GrowingArea.name_key, GrowingArea.id)
        .limit(_CHOICES)
    )
    return [
        (f"area:{area_id}", f"{name} ({code})" if code else name)
        for area_id, name, code in session.execute(statement)
    ]
