"""The chain's papers: certificates, a laboratory's report, a recall from the hold to its end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from app.demo.chain import Step, Telling
from foundation import clock
from traceability.certifying import certificates, laboratory
from traceability.certifying.certificates import Certified
from traceability.certifying.judging import Reading
from traceability.certifying.laboratory import Report
from traceability.certifying.subjects import Named
from traceability.recalls import deciding, effects, holding
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Wish
from traceability.recalls.models import EFFECTS
from traceability.recalls.reach import Suspicion


def certificate(step: Step) -> None:
    """A certificate of a product."""
    given = step.given
    first = clock.business_day(step.today - timedelta(days=given["since"]))
    certified = Certified(
        standard=given["standard"],
        number=given["number"],
        issuer=given["issuer"],
        valid_from=first,
        valid_to=first + timedelta(days=given["lasts"]),
        scope=given["scope"],
    )
    named = Named(product=step.product())
    certificates.record(step.session, step.manager, named, certified, now=step.now)


def report(step: Step) -> None:
    """What a laboratory measured of a batch; no value: below detection."""
    given = step.given
    sampled_at = step.today - timedelta(days=given["sampled"])
    told = Report(
        laboratory=given["laboratory"],
        number=given["number"],
        sampled_on=clock.business_day(sampled_at),
        food_group=given["food_group"],
        readings=tuple(_reading(name, *row) for name, row in given["readings"].items()),
        reported_on=clock.business_day(step.now),
    )
    named = Named(batch=step.batch())
    laboratory.record(step.session, step.manager, named, told, now=step.now)


def _reading(name: str, value: str | None, unit: str, detection: str | None = None) -> Reading:
    return Reading(
        name,
        unit,
        None if value is None else Decimal(value),
        None if detection is None else Decimal(detection),
    )


def hold(step: Step) -> None:
    """Everything a suspicion reaches is held."""
    wish = Wish(Suspicion("batch", step.batch()), step.given["reason"])
    held = holding.hold(step.session, step.manager, wish, now=step.now)
    step.chain.recalls[step.given["key"]] = held.recall.code


def announce(step: Step) -> None:
    """The recall is told to the public."""
    notice = Notice(step.given["reason"], step.given["instructions"])
    deciding.announce(step.session, step.manager, _recall(step), notice, now=step.now)


def effect(step: Step) -> None:
    """What was found, came back or was destroyed of a lot."""
    amounts = {kind: Decimal(step.given[kind]) for kind in EFFECTS if kind in step.given}
    effects.note(step.session, step.manager, _recall(step), step.batch(), amounts, now=step.now)


def close(step: Step) -> None:
    """The recall did its work."""
    because = step.given["reason"]
    deciding.close(step.session, step.manager, _recall(step), because, now=step.now)


def _recall(step: Step) -> str:
    return step.chain.recalls[step.given["recall"]]


TELLINGS: dict[str, Telling] = {
    "certificate": certificate,
    "laboratory": report,
    "hold": hold,
    "announce": announce,
    "effect": effect,
    "close": close,
}
