"""Make this checkout ready: `.venv` from the lock files, assets, and a browser for the trips.

Runs on the system's own Python with nothing installed, as root or not. What is already
there is recognised by a stamp over everything it was made from, so a second run takes
a fraction of a second.

Usage: python3 tools/bootstrap.py run | test
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD_LOCK = "requirements-build.lock"
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}
# Program → Debian package; the trips need a browser, the label tests look at printed sheets.
TEST_PROGRAMS = {"chromium": "chromium", "pdftoppm": "poppler-utils", "mosquitto": "mosquitto"}

Command = list[str | Path]


class CannotPrepare(Exception):
    """The machine lacks something; the message is the line to type."""


def main(arguments: list[str]) -> int:
    """Prepare for running or for testing; 0 when ready, 1 with the reason, 2 when misused."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        prepare(arguments[0])
    except CannotPrepare as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"Failed ({error.returncode}): {' '.join(map(str, error.cmd))}\n")
        return 1
    return 0


def prepare(purpose: str) -> None:
    """Install what the purpose needs, then build the assets."""
    if sys.version_info < (3, 11):  # noqa: UP036  nothing vouched for it yet
        raise CannotPrepare("Nguồn needs Python 3.11 or newer; say which: make PYTHON=python3.11 …")
    # The environment for testing holds all that running needs.
    if not any(_is_installed(held) for held in {purpose, "test"}):
        _make_venv()
        _install(purpose)
    if purpose == "test":
        _install_test_programs()
    subprocess.run([PYTHON, ROOT / "tools" / "build_assets.py"], cwd=ROOT, check=True)


def _stamp(purpose: str) -> Path:
    return VENV / f".nguon-{purpose}"


def _fingerprint(purpose: str) -> str:
    made_from = [BUILD_LOCK, LOCKS[purpose], "setup.cfg", "pyproject.toml"]
    texts = [str(ROOT).encode(), *((ROOT / name).read_bytes() for name in made_from)]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _is_installed(purpose: str) -> bool:
    stamp = _stamp(purpose)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _fingerprint(purpose)


def _make_venv() -> None:
    """Make `.venv` with pip in it; one that is there is kept unless its Python is gone or old."""
    is_sound = _succeeds([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
    if is_sound and _succeeds([PYTHON, "-c", "import pip"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        _apt_install([f"python{version}-venv"], "Python here cannot make environments.")
    if is_sound:
        # Made by a tool that leaves pip out (uv does); what it holds may be somebody's.
        subprocess.run([PYTHON, "-m", "ensurepip"], stdout=subprocess.DEVNULL, check=True)
        return
    _say("Making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def _install(purpose: str) -> None:
    """Install the locked packages, every file checked against its hash, and the project itself."""
    lock = LOCKS[purpose]
    _say(f"Installing from {lock}")
    pip: Command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    hashed: Command = ["--require-hashes", "--no-deps"]
    subprocess.run([*pip, *hashed, "-r", ROOT / BUILD_LOCK], check=True)
    uv: Command = [VENV / "bin" / "uv", "--quiet", "pip", "install", "--python", PYTHON]
    # uv does not read pip's settings; behind a company mirror known to pip alone, pip does it.
    if not _succeeds([*uv, *hashed, "-r", ROOT / lock]):
        _say("uv could not install them here; pip does (slower)")
        subprocess.run([*pip, *hashed, "-r", ROOT / lock], check=True)
    itself: Command = ["--no-deps", "--no-build-isolation", "--editable", ROOT]
    if not _succeeds([*uv, *itself]):
        subprocess.run([*pip, *itself], check=True)
    _stamp(purpose).write_text(_fingerprint(purpose))


def _install_test_programs() -> None:
    missing = [package for name, package in TEST_PROGRAMS.items() if shutil.which(name) is None]
    if not missing:
        return
    try:
        _apt_install(missing, "Browser trips and printed sheets cannot be tested.")
    except (CannotPrepare, subprocess.CalledProcessError) as error:
        # Those tests are then skipped by name; with CI=true a skip fails.
        _say(str(error))


def _apt_install(packages: list[str], complaint: str) -> None:
    """Install Debian packages when root, else say the exact line to type."""
    line = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise CannotPrepare(f"{complaint} Install: {' '.join(packages)}")
    if os.geteuid() != 0:
        raise CannotPrepare(f"{complaint} Type: sudo {' '.join(line)}")
    _say(f"Installing {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], line):
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=True)


def _succeeds(command: Command) -> bool:
    try:
        return (
            subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, check=False).returncode == 0
        )
    except OSError:
        return False


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
