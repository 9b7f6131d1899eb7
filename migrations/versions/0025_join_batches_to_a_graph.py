"""Give batches stock, holds and a place in one graph of events; take over what was recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_OLD_STATES = "state IN ('draft', 'released', 'held', 'closed')"
_NEW_STATES = "state IN ('open', 'held', 'released', 'recalled', 'closed')"


def upgrade() -> None:
    _change_batches()
    _create_nodes()
    _create_events()
    _create_things()
    _create_edges()
    _create_stocks()
    _create_movements()
    _create_holds()
    _name_batches()
    _take_over_events()
    op.execute(
        "INSERT INTO batch_stocks (batch_id, product_id, made, used, taken)"
        " SELECT b.id, b.product_id, b.quantity, 0, coalesce(s.taken, 0)"
        " FROM batches b LEFT JOIN lot_stocks s ON s.batch_id = b.id"
    )
    op.execute(
        "INSERT INTO batch_holds (batch_id, reason, cause, details, placed_at)"
        " SELECT id, 'manual', 'manual', '{}', changed_at FROM batches WHERE state = 'held'"
    )
    op.drop_table("lot_stocks")
    op.drop_table("batch_events")
    for table in ("epcis_events", "epcis_event_things", "trace_edges", "batch_movements"):
        _let_only_grow(table)


def downgrade() -> None:
    _restore_events()
    _restore_stock()
    for table in (
        "batch_holds",
        "batch_movements",
        "batch_stocks",
        "trace_edges",
        "epcis_event_things",
        "epcis_events",
        "trace_nodes",
    ):
        op.drop_table(table)
    for name in ("state", "origin", "harvest"):
        op.drop_constraint(name, "batches", type_="check")
    op.execute("UPDATE batches SET state = 'draft' WHERE state = 'open'")
    op.execute("UPDATE batches SET state = 'held' WHERE state = 'recalled'")
    op.execute("UPDATE batches SET harvested_on = produced_on WHERE harvested_on IS NULL")
    op.alter_column("batches", "harvested_on", nullable=False)
    op.drop_column("batches", "packed_on")
    op.drop_column("batches", "origin")
    op.create_check_constraint("state", "batches", _OLD_STATES)


def _change_batches() -> None:
    op.drop_constraint("state", "batches", type_="check")
    op.execute("UPDATE batches SET state = 'open' WHERE state = 'draft'")
    op.create_check_constraint("state", "batches", _NEW_STATES)
    op.add_column(
        "batches", sa.Column("origin", sa.String(10), nullable=False, server_default="harvest")
    )
    op.alter_column("batches", "origin", server_default=None)
    op.add_column("batches", sa.Column("packed_on", sa.Date))
    op.alter_column("batches", "harvested_on", nullable=True)
    op.create_check_constraint(
        "origin", "batches", "origin IN ('harvest', 'purchase', 'batches', 'none')"
    )
    op.create_check_constraint(
        "harvest", "batches", "(origin = 'harvest') = (harvested_on IS NOT NULL)"
    )


def _create_nodes() -> None:
    op.create_table(
        "trace_nodes",
        _id(),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("batch_id", sa.BigInteger),
        sa.Column("organisation_id", sa.BigInteger),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_trace_nodes"),
        sa.UniqueConstraint("uri", name="uq_trace_nodes_uri"),
        sa.UniqueConstraint("batch_id", name="uq_trace_nodes_batch_id"),
        _to("trace_nodes", "batch_id", "batches"),
        _to("trace_nodes", "organisation_id", "organisations"),
    )


def _create_events() -> None:
    op.create_table(
        "epcis_events",
        _id(),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("event_type", sa.String(24), nullable=False),
        sa.Column("action", sa.String(8)),
        sa.Column("biz_step", sa.Text),
        sa.Column("disposition", sa.Text),
        _moment("event_time"),
        sa.Column("time_zone", sa.String(6), nullable=False),
        _moment("record_time"),
        sa.Column("read_point", sa.Text),
        sa.Column("biz_location", sa.Text),
        sa.Column("parent_uri", sa.Text),
        sa.Column("transformation_id", sa.Text),
        sa.Column("is_error_declaration", sa.Boolean, nullable=False),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("hash", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_epcis_events"),
        _to("epcis_events", "organisation_id", "organisations"),
        sa.CheckConstraint(
            "event_type IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent',"
            " 'TransformationEvent', 'AssociationEvent')",
            name="event_type",
        ),
        sa.CheckConstraint("action IN ('ADD', 'OBSERVE', 'DELETE')", name="action"),
    )
    op.create_index(
        "uq_epcis_events_event_id",
        "epcis_events",
        ["event_id"],
        unique=True,
        postgresql_where=sa.text("NOT is_error_declaration"),
    )
    _index("epcis_events", "organisation_id", "id")
    _index("epcis_events", "event_time", "id")


def _create_things() -> None:
    op.create_table(
        "epcis_event_things",
        _own("event_id"),
        sa.Column("role", sa.String(8), nullable=False),
        _own("node_id"),
        sa.Column("is_class", sa.Boolean, nullable=False),
        sa.Column("quantity", sa.Numeric),
        sa.Column("unit", sa.String(8)),
        sa.PrimaryKeyConstraint("event_id", "role", "node_id", name="pk_epcis_event_things"),
        _to("epcis_event_things", "event_id", "epcis_events"),
        _to("epcis_event_things", "node_id", "trace_nodes"),
        sa.CheckConstraint("role IN ('object', 'parent', 'child', 'input', 'output')", name="role"),
    )
    _index("epcis_event_things", "node_id", "event_id")


def _create_edges() -> None:
    op.create_table(
        "trace_edges",
        _own("child_id"),
        _own("parent_id"),
        _own("event_id"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("quantity", sa.Numeric),
        sa.Column("unit", sa.String(8)),
        _moment("happened_at"),
        sa.PrimaryKeyConstraint("child_id", "parent_id", "event_id", name="pk_trace_edges"),
        _to("trace_edges", "child_id", "trace_nodes"),
        _to("trace_edges", "parent_id", "trace_nodes"),
        _to("trace_edges", "event_id", "epcis_events"),
        sa.CheckConstraint("kind IN ('made_of', 'packed_in')", name="kind"),
        sa.CheckConstraint("child_id <> parent_id", name="not_itself"),
    )
    _index("trace_edges", "parent_id", "child_id")


def _create_stocks() -> None:
    op.create_table(
        "batch_stocks",
        _own("batch_id"),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Numeric(18, 3), nullable=False) for name in ("made", "used", "taken")),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch_stocks"),
        _to("batch_stocks", "batch_id", "batches"),
        _to("batch_stocks", "product_id", "products"),
        sa.CheckConstraint("used >= 0", name="used"),
        sa.CheckConstraint("taken >= 0", name="taken"),
        sa.CheckConstraint("used + taken <= made", name="enough"),
    )
    _index("batch_stocks", "product_id")


def _create_movements() -> None:
    op.create_table(
        "batch_movements",
        _id(),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("amount", sa.Numeric(18, 3), nullable=False),
        _moment("happened_at"),
        _moment("recorded_at"),
        sa.Column("recorded_by_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_batch_movements"),
        _to("batch_movements", "batch_id", "batches"),
        _to("batch_movements", "event_id", "epcis_events"),
        sa.CheckConstraint(
            "kind IN ('split', 'merge', 'process', 'pack', 'ship', 'receive', 'waste',"
            " 'stocktake', 'return')",
            name="kind",
        ),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    _index("batch_movements", "batch_id", "id")
    _index("batch_movements", "event_id")


def _create_holds() -> None:
    op.create_table(
        "batch_holds",
        _id(),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("details", JSONB, nullable=False),
        _moment("placed_at"),
        sa.Column("placed_by_id", sa.BigInteger),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by_id", sa.BigInteger),
        sa.Column("lifted_because", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_batch_holds"),
        _to("batch_holds", "batch_id", "batches"),
        sa.CheckConstraint(
            "reason IN ('manual', 'pre_harvest', 'laboratory', 'certificate', 'recall', 'yield')",
            name="reason",
        ),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_because IS NULL)", name="lifted"),
    )
    op.create_index(
        "uq_batch_holds_batch_id_cause",
        "batch_holds",
        ["batch_id", "cause"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    _index("batch_holds", "batch_id")
    _index("batch_holds", "cause")


def _name_batches() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT b.id, b.code, b.lot, p.gtin, b.organisation_id, b.opened_at"
            " FROM batches b JOIN products p ON p.id = b.product_id ORDER BY b.id"
        )
    )
    named = [
        {
            "uri": f"https://id.gs1.org/01/{gtin}/10/{quote(lot, safe='')}"
            if gtin
            else f"/t/{code}",
            "batch_id": batch_id,
            "organisation_id": organisation_id,
            "created_at": opened_at,
        }
        for batch_id, code, lot, gtin, organisation_id, opened_at in rows
    ]
    if named:
        connection.execute(
            sa.text(
                "INSERT INTO trace_nodes (uri, batch_id, organisation_id, created_at)"
                " VALUES (:uri, :batch_id, :organisation_id, :created_at)"
            ),
            named,
        )


def _take_over_events() -> None:
    """Each event recorded so far was an object event of a whole batch."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT e.event_id, e.action, e.biz_step, e.disposition, e.happened_at,"
            " e.recorded_at, e.details, b.quantity, b.unit, b.organisation_id, n.id AS node_id,"
            " n.uri FROM batch_events e JOIN batches b ON b.id = e.batch_id"
            " JOIN trace_nodes n ON n.batch_id = b.id ORDER BY e.id"
        )
    ).mappings()
    for row in rows.all():
        event_id = connection.execute(
            sa.text(
                "INSERT INTO epcis_events (event_id, event_type, action, biz_step, disposition,"
                " event_time, time_zone, record_time, is_error_declaration, organisation_id,"
                " document) VALUES (:name, 'ObjectEvent', :action, :biz_step, :disposition,"
                " :happened_at, '+07:00', :recorded_at, false, :organisation_id,"
                " CAST(:document AS json)) RETURNING id"
            ),
            {**row, "name": f"urn:uuid:{row['event_id']}", "document": _document(row)},
        ).scalar_one()
        connection.execute(
            sa.text(
                "INSERT INTO epcis_event_things (event_id, role, node_id, is_class, quantity,"
                " unit) VALUES (:event_id, 'object', :node_id, true, :quantity, :unit)"
            ),
            {**row, "event_id": event_id},
        )


def _document(row: Any) -> str:
    told = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{row['event_id']}",
        "eventTime": _instant(row["happened_at"]),
        "eventTimeZoneOffset": "+07:00",
        "recordTime": _instant(row["recorded_at"]),
        "action": row["action"],
        "bizStep": row["biz_step"],
        "disposition": row["disposition"],
        "quantityList": [
            {"epcClass": row["uri"], "quantity": float(row["quantity"]), "uom": row["unit"]}
        ],
        "nguon:details": row["details"],
    }
    kept = {name: value for name, value in told.items() if value not in (None, {})}
    return json.dumps(kept, ensure_ascii=False)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _restore_events() -> None:
    op.create_table(
        "batch_events",
        _id(),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("biz_step", sa.String(40), nullable=False),
        sa.Column("disposition", sa.String(40)),
        _moment("happened_at"),
        _moment("recorded_at"),
        sa.Column("details", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch_events"),
        sa.UniqueConstraint("event_id", name="uq_batch_events_event_id"),
        _to("batch_events", "batch_id", "batches"),
    )
    _index("batch_events", "batch_id", "happened_at")
    # Only what the old table can hold goes back: object events of one batch of ours.
    op.execute(
        "INSERT INTO batch_events (event_id, batch_id, kind, action, biz_step, disposition,"
        " happened_at, recorded_at, details)"
        " SELECT CAST(substr(e.event_id, 10) AS uuid), min(n.batch_id), e.event_type, e.action,"
        " e.biz_step, e.disposition, e.event_time, e.record_time,"
        " coalesce(CAST(e.document -> 'nguon:details' AS jsonb), '{}')"
        " FROM epcis_events e JOIN epcis_event_things t ON t.event_id = e.id"
        " JOIN trace_nodes n ON n.id = t.node_id"
        " WHERE e.event_type = 'ObjectEvent' AND e.action IS NOT NULL"
        " AND length(e.biz_step) <= 40 AND coalesce(length(e.disposition), 0) <= 40"
        " AND NOT e.is_error_declaration"
        " AND e.event_id ~ '^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
        " GROUP BY e.id HAVING count(*) = 1 AND min(n.batch_id) IS NOT NULL ORDER BY e.id"
    )
    _let_only_grow("batch_events")


def _restore_stock() -> None:
    op.create_table(
        "lot_stocks",
        _own("batch_id"),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.Column("taken", sa.Numeric(18, 3), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_lot_stocks"),
        _to("lot_stocks", "batch_id", "batches"),
        _to("lot_stocks", "product_id", "products"),
        sa.CheckConstraint("taken >= 0", name="taken"),
    )
    _index("lot_stocks", "product_id")
    op.execute(
        "INSERT INTO lot_stocks (batch_id, product_id, taken)"
        " SELECT batch_id, product_id, taken FROM batch_stocks"
    )


def _let_only_grow(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _own(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, autoincrement=False, nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
