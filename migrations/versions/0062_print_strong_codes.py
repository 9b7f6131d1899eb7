"""Let labels carry QR codes for goods that get dirty."""

from __future__ import annotations

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _restate("carrier IN ('qr', 'qr_strong', 'datamatrix')")


def downgrade() -> None:
    # What was printed stays printed: only what the order says of it is told more plainly.
    op.execute("UPDATE label_jobs SET carrier = 'qr' WHERE carrier = 'qr_strong'")
    _restate("carrier IN ('qr', 'datamatrix')")


def _restate(carriers: str) -> None:
    op.drop_constraint(op.f("ck_label_jobs_carrier"), "label_jobs", type_="check")
    op.create_check_constraint(op.f("ck_label_jobs_carrier"), "label_jobs", carriers)
