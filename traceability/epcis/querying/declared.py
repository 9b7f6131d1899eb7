"""Conditions on events that were declared wrong: whether, when, why."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists

from traceability.epcis import vocabulary
from traceability.epcis.index_models import ErrorDeclaration
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying.asking import Condition


def clause(condition: Condition) -> ColumnElement[bool]:
    """Events whose error declaration fulfils the condition."""
    if condition.operator == "EXISTS":
        # As the index says it: PostgreSQL takes "IS TRUE" for something else.
        return and_(EpcisEvent.is_error_declaration)
    mine = ErrorDeclaration.event_id == EpcisEvent.id
    if condition.field == "errorReason":
        reasons = [vocabulary.bare("errorReason", str(value)) for value in condition.values]
        return exists().where(mine, ErrorDeclaration.reason.in_(reasons))
    moment = condition.values[0]
    if condition.operator == "GE":
        return exists().where(mine, ErrorDeclaration.declared_at >= moment)
    return exists().where(mine, ErrorDeclaration.declared_at < moment)
