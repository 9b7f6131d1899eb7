"""Choose the symbol on labels and the kind of file they are printed from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_CARRIER = "carrier IN ('qr', 'datamatrix')"
_FORMAT = "format IN ('pdf', 'zpl', 'zpl300', 'png', 'svg')"


def upgrade() -> None:
    for name, default, rule in (("carrier", "qr", _CARRIER), ("format", "pdf", _FORMAT)):
        column = sa.Column(name, sa.String(10), nullable=False, server_default=default)
        op.add_column("label_jobs", column)
        op.alter_column("label_jobs", name, server_default=None)
        op.create_check_constraint(op.f(f"ck_label_jobs_{name}"), "label_jobs", rule)


def downgrade() -> None:
    for name in ("format", "carrier"):
        op.drop_constraint(op.f(f"ck_label_jobs_{name}"), "label_jobs")
        op.drop_column("label_jobs", name)
