"""Files and tables on their way to a browser: safe types, honest names, nothing active."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO, cast
from urllib.parse import quote

from flask import Blueprint, Response, send_file

from foundation import db, files, tables
from foundation.errors import NotFound
from foundation.files import Store
from foundation.models import StoredFile
from foundation.tables import Cell, Column, Notes
from foundation.web import public

blueprint = Blueprint("downloads", __name__)

_SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/webp"})
_IN_MEMORY = 1024 * 1024
_YEAR_S = 31_536_000


@blueprint.get("/files/<digest>")
@public
def show(digest: str) -> Response:
    """Serve a public file; a private one is not known here."""
    with db.reading() as session:
        stored = files.get_file(session, digest)
        if not stored.is_public:
            raise NotFound("file.not_found")
        response = file_response(stored)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    return response


def file_response(stored: StoredFile, name: str | None = None) -> Response:
    """Answer with a kept file: pictures inline, everything else as a download.

    The caller has checked that the reader may have it.
    """
    inline = stored.media_type in _SHOWN_INLINE
    response = send_file(
        files.store().open(stored.digest),
        mimetype=stored.media_type,
        as_attachment=not inline,
        download_name=name or stored.digest[:16],
        etag=stored.digest,
    )
    return _harmless(response)


def content_response(shelf: Store, digest: str, media_type: str, name: str) -> Response:
    """Answer with something a room made and keeps on a shelf of its own, as a download.

    Raises: NotFound("file.not_found") once it was removed.
    """
    response = send_file(
        shelf.open(digest),
        mimetype=media_type.partition(";")[0],
        as_attachment=True,
        download_name=name,
        etag=digest,
    )
    response.headers["Content-Type"] = media_type
    return _harmless(response)


def spooled_response(
    pieces: Iterable[bytes], media_type: str, name: str, *, row_count: int
) -> Response:
    """Answer with a file written piece by piece; `X-Row-Count` states how many rows it holds."""
    # The response reads and closes it.
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    for piece in pieces:
        spool.write(piece)
    size = spool.tell()
    spool.seek(0)
    response = send_file(cast(BinaryIO, spool), mimetype=media_type.partition(";")[0])
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Length"] = str(size)
    response.headers["X-Row-Count"] = str(row_count)
    return _harmless(response)


def table_response(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    format: str,  # noqa: A002 - the word of the API
    stem: str,
    *,
    notes: Notes,
) -> Response:
    """Answer with a whole table; `X-Row-Count` states how many rows it holds."""
    # The response reads and closes it.
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    count = tables.export(columns, rows, format, cast(BinaryIO, spool), notes=notes)
    size = spool.tell()
    spool.seek(0)
    response = send_file(
        cast(BinaryIO, spool), mimetype=tables.MEDIA_TYPES[format].partition(";")[0]
    )
    response.headers["Content-Type"] = tables.MEDIA_TYPES[format]
    name = quote(f"{stem}.{format}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Length"] = str(size)
    response.headers["X-Row-Count"] = str(count)
    return _harmless(response)


def _harmless(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
