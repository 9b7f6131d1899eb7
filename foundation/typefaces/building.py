"""Build step: join and cut the packaged fonts into the files that labels and papers embed.

The fonts come from npm packages of Fontsource (SIL Open Font License 1.1), which split them by
script. Run after `npm ci`: `python -m foundation.typefaces.building`.
"""

import json
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from foundation.typefaces.faces import BUILT, FontNotBuilt
from foundation.typefaces.measuring import measures_of

SOURCE = Path("node_modules") / "@fontsource"
STYLES = {
    "label-regular": ("be-vietnam-pro", "400-normal"),
    "label-bold": ("be-vietnam-pro", "700-normal"),
    "paper-regular": ("tinos", "400-normal"),
    "paper-bold": ("tinos", "700-normal"),
    "paper-italic": ("tinos", "400-italic"),
    "paper-bold-italic": ("tinos", "700-italic"),
}
_PARTS = ("latin", "vietnamese")
# What shapes or hints running text: the merger need not reconcile it, paper does not need it.
_DROPPED = ("GDEF", "GPOS", "GSUB", "kern", "fpgm", "prep", "cvt ", "gasp", "hdmx", "VDMX", "LTSH")


def build(source: Path = SOURCE, target: Path = BUILT) -> list[Path]:
    """Join and cut the packaged fonts into `<family>-<style>.ttf`, each with its measures."""
    target.mkdir(parents=True, exist_ok=True)
    return [_build_style(source, target, name, *parts) for name, parts in STYLES.items()]


def _build_style(source: Path, target: Path, name: str, package: str, style: str) -> Path:
    folder = source / package / "files"
    parts = [folder / f"{package}-{part}-{style}.woff" for part in _PARTS]
    missing = [part.name for part in parts if not part.exists()]
    if missing:
        raise FontNotBuilt(f"{', '.join(missing)} not in {folder}: run `npm ci` first")
    trimmed = [_trimmed(part, target / f".{part.stem}.ttf") for part in parts]
    font = Merger().merge([str(path) for path in trimmed])
    options = subset.Options(
        layout_features=[], notdef_outline=True, hinting=False, name_IDs=[0, 1, 2, 6, 13, 14]
    )
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=[code for code in font.getBestCmap() if code >= ord(" ")])
    chooser.subset(font)
    built = target / f"{name}.ttf"
    font.save(built)
    built.with_suffix(".json").write_text(json.dumps(measures_of(built)))
    for path in trimmed:
        path.unlink()
    return built


def _trimmed(part: Path, trimmed: Path) -> Path:
    """A part without the tables that paper does not need."""
    font = TTFont(part)
    for table in _DROPPED:
        if table in font:
            del font[table]
    font.flavor = None
    font.save(trimmed)
    return trimmed


if __name__ == "__main__":
    build()
