"""Commands of growing areas: a file of many outlines becomes drafts."""

from __future__ import annotations

from pathlib import Path

import click

from accounts import permissions
from foundation import clock, db
from foundation.console import connected, progress
from foundation.i18n import _, word
from growing_areas import reference_systems
from growing_areas.files.reading import read_file
from growing_areas.imports import importing
from growing_areas.models import DOMESTIC
from growing_areas.proposals import Proposal
from growing_areas.shapes.repairs import REPAIRS


@click.group()
def areas() -> None:
    """Vùng trồng / growing areas."""


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, metavar="CODE", help="Whose areas they are.")
@click.option("--crop", required=True, metavar="CROP", help="A code of `GET /api/v1/crops`.")
@click.option("--commune", default="", metavar="CODE", help="Default: the organisation's own.")
@click.option("--market", default=DOMESTIC, show_default=True)
@click.option("--name", default="Vùng", show_default=True, help="For shapes without a name.")
@click.option("--repair", "names", multiple=True, type=click.Choice(list(REPAIRS)))
@click.option(
    "--crs",
    type=click.Choice(list(reference_systems.systems())),
    help="EPSG number of FILE's coordinates, where it states none (VN-2000 zones).",
)
def import_areas(
    file: Path,
    organisation: str,
    crop: str,
    commune: str,
    market: str,
    name: str,
    names: tuple[str, ...],
    crs: str | None,
) -> None:
    """Store every shape of FILE as a draft, or none.

    Reads GeoJSON, KML, KMZ, GPX, zipped Shapefile, GeoPackage, CSV and WKT.
    """
    features = importing.repaired(read_file(file.name, file.read_bytes(), crs), names)
    with connected(), progress(file.name) as shown, db.transaction() as session:
        common = Proposal(
            name=name,
            crop=crop,
            commune_code=commune or importing.commune_of(session, organisation),
            market=market.upper(),
        )
        done = importing.import_features(
            session,
            permissions.SYSTEM,
            organisation,
            common,
            features,
            now=clock.now(),
            file_name=file.name,
            progress=shown,
        )
    for finding in done.findings:
        click.echo(f"{finding.field}: {word(finding.code, finding.params)}", err=True)
    for made in done.created:
        hectares = round(made.area.version.area_m2 / 10_000, 4)
        click.echo(f"{made.area.id}\t{hectares}\t{made.area.name}")
    click.echo(_("Số vùng đã ghi: %(count)s", count=len(done.created)), err=True)


commands = [areas]
