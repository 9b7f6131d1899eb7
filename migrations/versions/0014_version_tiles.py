"""What the maps are drawn and cached by: the owner's choice, counts by cell, changes by cell.

A trigger writes the counts and changes, so that no way of changing an area can forget them. Both
are only ever added to: a writer waits for nobody, and a sum read in one snapshot tells exactly
which transactions it contains (a highest number or a time would not: transactions commit out
of order).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Where an area is shown to stand: cells of a hundredth of a degree, whoever may see more.
_FUNCTIONS = """
CREATE FUNCTION growing_map_column(lon double precision, zoom integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
  SELECT floor((lon + 180) / 360 * (1 << zoom))::integer
$$;
CREATE FUNCTION growing_map_row(lat double precision, zoom integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
  SELECT floor((1 - asinh(tan(radians(lat))) / pi()) / 2 * (1 << zoom))::integer
$$;
CREATE FUNCTION growing_map_note(area growing_areas, one integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  extent box;
  ground bigint;
  west double precision; south double precision;
  east double precision; north double precision;
BEGIN
  IF area.code IS NULL THEN RETURN; END IF;
  SELECT drawn.box, round(drawn.area_m2) INTO extent, ground
  FROM growing_plot_versions AS drawn WHERE drawn.id = area.version_id;
  IF extent IS NULL THEN RETURN; END IF;
  west := floor((extent[1])[0] * 100) / 100; south := floor((extent[1])[1] * 100) / 100;
  east := ceil((extent[0])[0] * 100) / 100; north := ceil((extent[0])[1] * 100) / 100;
  INSERT INTO growing_map_tallies
    (zoom, tile_x, tile_y, province_code, commune_code, crop_code, status, areas, area_m2)
  SELECT zoom, growing_map_column((west + east) / 2, zoom),
    growing_map_row((south + north) / 2, zoom), area.province_code,
    CASE zoom WHEN 12 THEN area.commune_code ELSE '' END, area.crop_code, area.status,
    one, one * ground
  FROM unnest(ARRAY[6, 9, 12]) AS zoom;
  INSERT INTO growing_map_changes (zoom, tile_x, tile_y, changes)
  SELECT zoom, across, down, 1 FROM unnest(ARRAY[6, 9, 12]) AS zoom,
    generate_series(growing_map_column(west, zoom), growing_map_column(east, zoom)) AS across,
    generate_series(growing_map_row(north, zoom), growing_map_row(south, zoom)) AS down;
END
$$;
CREATE FUNCTION growing_map_watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM growing_map_note(OLD, -1); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM growing_map_note(NEW, 1); END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION growing_near(around box)
RETURNS TABLE (id bigint, area_m2 double precision, geometry bytea)
LANGUAGE plpgsql STABLE ROWS 8 AS $$
BEGIN
  RETURN QUERY SELECT drawn.id, drawn.area_m2, drawn.geometry
  FROM growing_plot_versions AS drawn WHERE drawn.box && around;
END
$$;
"""
_WATCHED = (
    "status", "code", "version_id", "name", "crop_code", "organisation_id", "commune_code",
    "province_code", "outline_public",
)  # fmt: skip
_TRIGGERS = f"""
CREATE TRIGGER growing_map_born AFTER INSERT ON growing_areas
FOR EACH ROW WHEN (NEW.code IS NOT NULL) EXECUTE FUNCTION growing_map_watch();
CREATE TRIGGER growing_map_gone AFTER DELETE ON growing_areas
FOR EACH ROW WHEN (OLD.code IS NOT NULL) EXECUTE FUNCTION growing_map_watch();
CREATE TRIGGER growing_map_changed AFTER UPDATE OF {", ".join(_WATCHED)} ON growing_areas
FOR EACH ROW WHEN (({", ".join(f"OLD.{name}" for name in _WATCHED)})
  IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in _WATCHED)}))
EXECUTE FUNCTION growing_map_watch();
"""
_DROPPED = """
DROP TRIGGER growing_map_changed ON growing_areas;
DROP TRIGGER growing_map_gone ON growing_areas;
DROP TRIGGER growing_map_born ON growing_areas;
DROP FUNCTION growing_near(box);
DROP FUNCTION growing_map_watch();
DROP FUNCTION growing_map_note(growing_areas, integer);
DROP FUNCTION growing_map_row(double precision, integer);
DROP FUNCTION growing_map_column(double precision, integer);
"""
# Lists: the newest change first, and the public ones by code within a province or a crop.
_LISTS = {
    "ix_growing_areas_by_change": ["status_changed_at", "id"],
    "ix_growing_areas_province_by_code": ["province_code", "code"],
    "ix_growing_areas_crop_by_code": ["crop_code", "code"],
}


def upgrade() -> None:
    """Add the choice, counts and changes; count what is there."""
    op.add_column(
        "growing_areas",
        sa.Column("outline_public", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "growing_map_tallies",
        *_cell(),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("crop_code", sa.String(40), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("areas", sa.BigInteger(), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "growing_map_changes", *_cell(), sa.Column("changes", sa.BigInteger(), nullable=False)
    )
    for table in ("growing_map_tallies", "growing_map_changes"):
        op.create_index(None, table, ["zoom", "tile_x", "tile_y"])
    op.execute(_FUNCTIONS)
    op.execute("DO $$ BEGIN PERFORM growing_map_note(area, 1) FROM growing_areas AS area; END $$")
    op.execute(_TRIGGERS)
    for name, columns in _LISTS.items():
        op.create_index(name, "growing_areas", columns)


def _cell() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("zoom", sa.SmallInteger(), nullable=False),
        sa.Column("tile_x", sa.Integer(), nullable=False),
        sa.Column("tile_y", sa.Integer(), nullable=False),
    ]


def downgrade() -> None:
    """Drop them; which outlines their owners showed is forgotten, so all are coarse again."""
    op.execute(_DROPPED)
    for name in _LISTS:
        op.drop_index(name, "growing_areas")
    op.drop_table("growing_map_changes")
    op.drop_table("growing_map_tallies")
    op.drop_column("growing_areas", "outline_public")
