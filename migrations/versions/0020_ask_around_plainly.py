"""Let the planner see into the question which outlines' rectangles meet one.

`growing_near` hides it behind a cost of its own making: right for lists, which must begin with
it, but every outline met is copied once more. `growing_around` is taken apart into the statement
that asks. It is for statements that leave the planner no choice how to go on (LATERAL … OFFSET 0);
being a function at all, not marked as safe, it keeps parallel workers away: of a rectangle the
planner expects one outline in two hundred, and would start them for six.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_CREATED = """
CREATE FUNCTION growing_around(around box)
RETURNS TABLE (id bigint, box box, area_m2 double precision, geometry bytea)
LANGUAGE sql STABLE PARALLEL UNSAFE AS $$
  SELECT drawn.id, drawn.box, drawn.area_m2, drawn.geometry
  FROM growing_plot_versions AS drawn WHERE drawn.box && around
$$
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(_CREATED)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP FUNCTION growing_around(box)")
