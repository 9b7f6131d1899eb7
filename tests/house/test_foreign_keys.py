"""Every foreign key has an index that begins with it, or stands here with the reason.

Without one, whoever deletes or follows from the other side reads the whole table.
"""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from app import rooms
from foundation.db import Base

_PEOPLE = "people are disabled, and erased without their row; nobody asks what one of them entered"
_VERSIONS = "versions of plots are never deleted; their rows are asked for by area"
_SMALL = "a table of a few rows an organisation, asked for by its other key"
_WITHOUT: dict[tuple[str, str], str] = {
    ("chain_shares", "made_by_id"): _PEOPLE,
    ("chain_shares", "ended_by_id"): _PEOPLE,
    ("channel_claims", "entered_by"): _PEOPLE,
    ("consents", "recorded_by_id"): _PEOPLE,
    ("consents", "withdrawn_by_id"): _PEOPLE,
    ("cooperative_confirmations", "confirmed_by_id"): _PEOPLE,
    ("cooperative_profiles", "updated_by_id"): _PEOPLE,
    ("linkage_models", "entered_by"): _PEOPLE,
    ("order_steps", "person_id"): _PEOPLE,
    ("organisations", "created_by_id"): _PEOPLE,
    ("organisations", "gs1_prefix_confirmed_by_id"): _PEOPLE,
    ("organisations", "verified_by_id"): _PEOPLE,
    ("recalls", "held_by_id"): _PEOPLE,
    ("role_grants", "granted_by_id"): _PEOPLE,
    ("role_grants", "revoked_by_id"): _PEOPLE,
    ("roster_counts", "entered_by"): _PEOPLE,
    ("star_certificates", "recorded_by_id"): _PEOPLE,
    ("growing_area_amendments", "based_on_id"): _VERSIONS,
    ("growing_area_editions", "version_id"): _VERSIONS,
    ("growing_area_events", "version_id"): _VERSIONS,
    ("growing_area_inspections", "version_id"): _VERSIONS,
    ("growing_area_issues", "version_id"): _VERSIONS,
    ("ledger_mailings", "witness_id"): _SMALL,
    ("unit_conversions", "old_code"): "bundled; an index of the code alone serves",
    ("unit_conversions", "new_code"): "bundled; an index of the code alone serves",
    ("epcis_event_places", "event_id"): "events never go; drawn from places to events",
    ("trace_edges", "event_id"): "events never go; steps are asked for by their ends",
}


def test_every_foreign_key_has_an_index_that_begins_with_it() -> None:
    rooms.load(rooms.MODELS)
    bare = {
        (table.name, next(iter(key.columns)).name)
        for table in Base.metadata.tables.values()
        for key in table.foreign_key_constraints
        if not _is_led(table, key)
    }

    assert bare == set(_WITHOUT)


def _is_led(table: Table, key: ForeignKeyConstraint) -> bool:
    """Whole or partial: rows a partial index leaves out have ended or name nothing."""
    wanted = {column.name for column in key.columns}
    led = [tuple(column.name for column in table.primary_key)]
    led += [tuple(column.name for column in index.columns) for index in table.indexes]
    led += [
        tuple(column.name for column in each.columns)
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
    ]
    return any(set(columns[: len(wanted)]) == wanted for columns in led)
