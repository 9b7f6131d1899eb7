"""Maps count ground once: a plot in several registrations gives its hectares to one sum.

A registration is still counted wherever it stands; ground is counted by plot, told by which
statuses and crops its registrations have (``holds``), so that any choice of them is one sum over
rows that match. The row of a plot in ``growing_map_plots`` says what was counted for it last, and
is the lock under which it is counted anew: two registrations of one plot cannot both take the
other for what it was. Certificates change what a filtered tile shows, so they raise its version.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BOX = """
  west := floor((extent[1])[0] * 100) / 100; south := floor((extent[1])[1] * 100) / 100;
  east := ceil((extent[0])[0] * 100) / 100; north := ceil((extent[0])[1] * 100) / 100;
"""
_CHANGES = """
  INSERT INTO growing_map_changes (zoom, tile_x, tile_y, changes)
  SELECT zoom, across, down, 1 FROM unnest(ARRAY[6, 9, 12]) AS zoom,
    generate_series(growing_map_column(west, zoom), growing_map_column(east, zoom)) AS across,
    generate_series(growing_map_row(north, zoom), growing_map_row(south, zoom)) AS down;
"""
_NOTE = f"""
CREATE OR REPLACE FUNCTION growing_map_note(area growing_areas, one integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  extent box;
  west double precision; south double precision;
  east double precision; north double precision;
BEGIN
  IF area.code IS NULL THEN RETURN; END IF;
  SELECT drawn.box INTO extent
  FROM growing_plot_versions AS drawn WHERE drawn.id = area.version_id;
  IF extent IS NULL THEN RETURN; END IF;
{_BOX}
  INSERT INTO growing_map_tallies
    (zoom, tile_x, tile_y, province_code, commune_code, crop_code, status, areas)
  SELECT zoom, growing_map_column((west + east) / 2, zoom),
    growing_map_row((south + north) / 2, zoom), area.province_code,
    CASE zoom WHEN 12 THEN area.commune_code ELSE '' END, area.crop_code, area.status, one
  FROM unnest(ARRAY[6, 9, 12]) AS zoom;
{_CHANGES}
END
$$;
"""  # noqa: S608
# What a plot is counted by: its registrations with a code; of their drawings the one of the
# registration nearest to being in force, the largest of them first.
_STANDING = """
  SELECT area.plot_id, area.province_code, area.commune_code, drawn.box,
    round(drawn.area_m2)::bigint AS area_m2, told.holds,
    row_number() OVER (PARTITION BY area.plot_id ORDER BY
      array_position(ARRAY['approved', 'suspended', 'expired', 'revoked'], area.status::text),
      drawn.area_m2 DESC, area.id) AS place
  FROM growing_areas AS area
  JOIN growing_plot_versions AS drawn ON drawn.id = area.version_id
  JOIN (SELECT held.plot_id, array_agg(DISTINCT hold ORDER BY hold) AS holds
        FROM growing_areas AS held,
          unnest(ARRAY[held.status::text, held.status || '/' || held.crop_code]) AS hold
        WHERE held.code IS NOT NULL {one} GROUP BY held.plot_id) AS told
    ON told.plot_id = area.plot_id
  WHERE area.code IS NOT NULL
"""
_PLACED = """
  SELECT plot_id,
    growing_map_column((floor((box[1])[0] * 100) + ceil((box[0])[0] * 100)) / 200, 12) AS tile_x,
    growing_map_row((floor((box[1])[1] * 100) + ceil((box[0])[1] * 100)) / 200, 12) AS tile_y,
    province_code, commune_code, holds, area_m2
"""
_GROUND = f"""
CREATE FUNCTION growing_map_ground(plot bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before growing_map_plots;
  after growing_map_plots;
BEGIN
  INSERT INTO growing_map_plots VALUES (plot, 0, 0, '', '', ARRAY[]::text[], 0)
  ON CONFLICT DO NOTHING;
  SELECT * INTO before FROM growing_map_plots WHERE plot_id = plot FOR UPDATE;
{_PLACED} INTO after FROM ({_STANDING.format(one="AND held.plot_id = plot")}
    AND area.plot_id = plot) AS standing WHERE place = 1;
  IF after.plot_id IS NULL THEN
    after := ROW(plot, 0, 0, '', '', ARRAY[]::text[], 0);
  END IF;
  IF before IS NOT DISTINCT FROM after THEN RETURN; END IF;
  UPDATE growing_map_plots SET (tile_x, tile_y, province_code, commune_code, holds, area_m2)
    = (after.tile_x, after.tile_y, after.province_code, after.commune_code, after.holds,
       after.area_m2) WHERE plot_id = plot;
  INSERT INTO growing_map_grounds
    (zoom, tile_x, tile_y, province_code, commune_code, holds, plots, area_m2)
  SELECT zoom, told.tile_x >> (12 - zoom), told.tile_y >> (12 - zoom), told.province_code,
    CASE zoom WHEN 12 THEN told.commune_code ELSE '' END, told.holds, sign, sign * told.area_m2
  FROM (VALUES (-1, before.tile_x, before.tile_y, before.province_code, before.commune_code,
                before.holds, before.area_m2),
               (1, after.tile_x, after.tile_y, after.province_code, after.commune_code,
                after.holds, after.area_m2))
    AS told (sign, tile_x, tile_y, province_code, commune_code, holds, area_m2),
    unnest(ARRAY[6, 9, 12]) AS zoom
  WHERE cardinality(told.holds) > 0;
END
$$;
CREATE OR REPLACE FUNCTION growing_map_watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM growing_map_note(OLD, -1); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM growing_map_note(NEW, 1); END IF;
  IF TG_OP <> 'INSERT' THEN PERFORM growing_map_ground(OLD.plot_id); END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.plot_id <> OLD.plot_id THEN
    PERFORM growing_map_ground(NEW.plot_id);
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION growing_map_certified() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  extent box;
  west double precision; south double precision;
  east double precision; north double precision;
BEGIN
  SELECT drawn.box INTO extent FROM growing_areas AS area
  JOIN growing_plot_versions AS drawn ON drawn.id = area.version_id
  WHERE area.id = coalesce(NEW.area_id, OLD.area_id) AND area.code IS NOT NULL;
  IF extent IS NULL THEN RETURN NULL; END IF;
{_BOX}{_CHANGES}
  RETURN NULL;
END
$$;
CREATE TRIGGER growing_map_certified AFTER INSERT OR DELETE OR
  UPDATE OF area_id, standard, valid_from, valid_to, removed_at ON growing_area_certificates
FOR EACH ROW EXECUTE FUNCTION growing_map_certified();
"""  # noqa: S608
_COUNTED = f"""
INSERT INTO growing_map_plots
  (plot_id, tile_x, tile_y, province_code, commune_code, holds, area_m2)
{_PLACED} FROM ({_STANDING.format(one="")}) AS standing WHERE place = 1;
INSERT INTO growing_map_grounds
  (zoom, tile_x, tile_y, province_code, commune_code, holds, plots, area_m2)
SELECT zoom, tile_x >> (12 - zoom) AS x, tile_y >> (12 - zoom) AS y, province_code,
  CASE zoom WHEN 12 THEN commune_code ELSE '' END AS commune, holds, count(*), sum(area_m2)
FROM growing_map_plots, unnest(ARRAY[6, 9, 12]) AS zoom
GROUP BY zoom, x, y, province_code, commune, holds
"""  # noqa: S608
# As 0014 had it.
_NOTE_BEFORE = f"""
CREATE OR REPLACE FUNCTION growing_map_note(area growing_areas, one integer) RETURNS void
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
{_BOX}
  INSERT INTO growing_map_tallies
    (zoom, tile_x, tile_y, province_code, commune_code, crop_code, status, areas, area_m2)
  SELECT zoom, growing_map_column((west + east) / 2, zoom),
    growing_map_row((south + north) / 2, zoom), area.province_code,
    CASE zoom WHEN 12 THEN area.commune_code ELSE '' END, area.crop_code, area.status,
    one, one * ground
  FROM unnest(ARRAY[6, 9, 12]) AS zoom;
{_CHANGES}
END
$$;
CREATE OR REPLACE FUNCTION growing_map_watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM growing_map_note(OLD, -1); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM growing_map_note(NEW, 1); END IF;
  RETURN NULL;
END
$$;
DELETE FROM growing_map_tallies;
DO $$ BEGIN
  PERFORM growing_map_note(area, 1) FROM growing_areas AS area;
END $$;
"""  # noqa: S608


def upgrade() -> None:
    """Count the ground of each plot once."""
    op.create_table(
        "growing_map_plots",
        sa.Column("plot_id", sa.BigInteger(), nullable=False),
        sa.Column("tile_x", sa.Integer(), nullable=False),
        sa.Column("tile_y", sa.Integer(), nullable=False),
        *_ground(),
        sa.PrimaryKeyConstraint("plot_id"),
    )
    op.create_table(
        "growing_map_grounds",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("zoom", sa.SmallInteger(), nullable=False),
        sa.Column("tile_x", sa.Integer(), nullable=False),
        sa.Column("tile_y", sa.Integer(), nullable=False),
        *_ground(),
        sa.Column("plots", sa.BigInteger(), nullable=False),
    )
    op.create_index(None, "growing_map_grounds", ["zoom", "tile_x", "tile_y"])
    op.drop_column("growing_map_tallies", "area_m2")
    op.execute(_NOTE + _GROUND)
    op.execute(_COUNTED)
    # The list of a wide frame walks commune by commune; standards begin with who holds them.
    op.create_index("ix_growing_areas_commune_by_code", "growing_areas", ["commune_code", "code"])
    op.create_index(
        "ix_growing_area_certificates_by_standard",
        "growing_area_certificates",
        ["standard", "valid_to", "area_id"],
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _ground() -> list[sa.Column[object]]:
    return [
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("holds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=False),
    ]


def downgrade() -> None:
    """Count hectares by registration again."""
    op.drop_index("ix_growing_area_certificates_by_standard", "growing_area_certificates")
    op.drop_index("ix_growing_areas_commune_by_code", "growing_areas")
    op.execute("DROP TRIGGER growing_map_certified ON growing_area_certificates")
    op.add_column(
        "growing_map_tallies",
        sa.Column("area_m2", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.alter_column("growing_map_tallies", "area_m2", server_default=None)
    op.execute(_NOTE_BEFORE)
    op.execute("DROP FUNCTION growing_map_certified(); DROP FUNCTION growing_map_ground(bigint)")
    op.drop_table("growing_map_grounds")
    op.drop_table("growing_map_plots")
