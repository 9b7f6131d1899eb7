"""Three pieces make one page, packed or not."""

import gzip
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from traceability.scan import pieces


@given(st.binary(max_size=500), st.binary(max_size=500), st.binary(max_size=500))
@example(b"", b"", b"")
@example(b"a" * 70_000, b"b" * 140_000, b"c" * 70_000)
def test_the_packed_page_says_what_the_plain_one_says(
    before: bytes, verdict: bytes, after: bytes
) -> None:
    page = pieces.pack(before, after)

    assert page.plain(verdict) == before + verdict + after
    assert gzip.decompress(page.gzipped(verdict)) == before + verdict + after


def test_another_program_unpacks_it_too() -> None:
    if not shutil.which("gzip"):
        pytest.skip("needs the program gzip")
    packed = pieces.pack(b"<html>" * 90, b"</html>" * 90).gzipped(b"<h1>verdict</h1>")

    done = subprocess.run(["gzip", "-dc"], input=packed, capture_output=True, check=True)

    assert done.stdout == b"<html>" * 90 + b"<h1>verdict</h1>" + b"</html>" * 90
    assert done.stderr == b""


def test_a_page_is_known_by_what_it_says() -> None:
    page = pieces.pack(b"before", b"after")
    etag = page.etag(b"verdict")

    assert etag == pieces.pack(b"before", b"after").etag(b"verdict")
    assert etag != page.etag(b"other")
    assert etag != pieces.pack(b"before", b"after!").etag(b"verdict")
    assert pieces.is_known(f'"x", W/"{etag}"', etag)
    assert pieces.is_known("*", etag)
    assert not pieces.is_known(None, etag)
    assert not pieces.is_known(etag, page.etag(b"other"))


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0", False),
        ("identity", False),
        ("", False),
        (None, False),
    ],
)
def test_only_who_says_so_gets_it_packed(sent: str | None, taken: bool) -> None:
    assert pieces.takes_gzip(sent) is taken
