"""Which communes of today a plan speaks of: the successors of the unit it was made for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from indicators.plans import Plan
from territory import crosswalk
from territory.models import COMMUNE, DISTRICT, Unit
from territory.validity import in_force

LAST_DAY_OF_OLD_ORDER = date(2025, 6, 30)
_PROVINCE_DIGITS = 2


@dataclass(frozen=True)
class Place:
    """A commune of a plan's place."""

    code: str
    name: str
    province_code: str


def list_communes(session: Session, plan: Plan, on: date) -> list[Place]:
    """Return the plan's communes as they are on a day, in Vietnamese order.

    A commune that took in only part of an old one is counted in: where a unit was divided, all
    its successors carry on the plan.
    """
    codes = set(plan.commune_codes) or _successors(session, str(plan.old_unit), on)
    statement = (
        select(Unit)
        .where(Unit.code.in_(codes), Unit.level == COMMUNE, in_force(Unit, on))
        .order_by(Unit.sort_key, Unit.code)
    )
    return [Place(unit.code, unit.name, unit.province_code) for unit in session.scalars(statement)]


def _successors(session: Session, old_unit: str, on: date) -> set[str]:
    districts: Sequence[str] = [old_unit]
    if len(old_unit) == _PROVINCE_DIGITS:
        statement = select(Unit.code).where(
            Unit.parent_code == old_unit,
            Unit.level == DISTRICT,
            in_force(Unit, LAST_DAY_OF_OLD_ORDER),
        )
        districts = session.scalars(statement).all()
    became = crosswalk.successors_of_many(session, districts, on=on)
    return {after.unit.code for found in became.values() for after in found}
