"""Build step: join and cut the packaged font into the two files the labels embed.

The font comes from the npm package `@fontsource/be-vietnam-pro` (SIL Open Font License 1.1),
which splits it by script. Run after `npm ci`: `python -m traceability.labels.typeface_build`.
"""

from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from traceability.labels.typeface import BUILT, FontNotBuilt

SOURCE = Path("node_modules") / "@fontsource" / "be-vietnam-pro" / "files"
WEIGHTS = {"regular": 400, "bold": 700}
_PARTS = ("latin", "vietnamese")
_SHAPING = ("GDEF", "GPOS", "GSUB")


def build(source: Path = SOURCE, target: Path = BUILT) -> list[Path]:
    """Join and cut the packaged font into `label-<weight>.ttf` under `target`."""
    target.mkdir(parents=True, exist_ok=True)
    return [_build_weight(source, target, name, weight) for name, weight in WEIGHTS.items()]


def _build_weight(source: Path, target: Path, name: str, weight: int) -> Path:
    parts = [source / f"be-vietnam-pro-{part}-{weight}-normal.woff" for part in _PARTS]
    missing = [part.name for part in parts if not part.exists()]
    if missing:
        raise FontNotBuilt(f"{', '.join(missing)} not in {source}: run `npm ci` first")
    trimmed = [_trimmed(part, target / f".{part.stem}.ttf") for part in parts]
    font = Merger().merge([str(path) for path in trimmed])
    options = subset.Options(
        layout_features=[], notdef_outline=True, hinting=False, name_IDs=[0, 1, 2, 6, 13, 14]
    )
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=[code for code in font.getBestCmap() if code >= ord(" ")])
    chooser.subset(font)
    built = target / f"label-{name}.ttf"
    font.save(built)
    for path in trimmed:
        path.unlink()
    return built


def _trimmed(part: Path, trimmed: Path) -> Path:
    """A part without the tables that shape running text: the merger need not reconcile them."""
    font = TTFont(part)
    for table in _SHAPING:
        if table in font:
            del font[table]
    font.flavor = None
    font.save(trimmed)
    return trimmed


if __name__ == "__main__":
    build()
