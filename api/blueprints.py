"""The API's blueprint: flask-smorest's, reading bodies more carefully."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import flask_smorest
from flask import Request
from marshmallow import Schema, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

_View = Callable[..., Any]
_LOCATION = {
    "description": "Where the thing made is to be read.",
    "schema": {"type": "string", "format": "uri-reference"},
}


def file_answer(description: str, *kinds: str) -> dict[str, Any]:
    """The 200 of a call that answers a file, of one of some media types."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"200": {"description": description, "content": content}}


class BodyParser(FlaskParser):
    """Tells a body of another type (415) and one that is no JSON (400) from wrong input (422)."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as JSON; ``missing`` when there is none."""
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not req.is_json:
            raise UnsupportedMediaType
        try:
            return json.loads(body.decode())
        except (ValueError, RecursionError):
            # Also numbers of thousands of digits and brackets nested without end.
            raise BadRequest from None


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A room's calls."""

    ARGUMENTS_PARSER = BodyParser()

    def made_at(
        self, schema: type[Schema], address: str, status: int = 201
    ) -> Callable[[_View], _View]:
        """Answer what a call made, and in ``Location`` where it is to be read from then on.

        ``address`` stands below /api/v1, its blanks named like the answer's own fields.
        """

        def decorate(view: _View) -> _View:
            @wraps(view)
            def answer(*given: Any, **named: Any) -> tuple[dict[str, Any], dict[str, str]]:
                made = view(*given, **named)
                return made, {"Location": "/api/v1" + address.format_map(made)}

            told: _View = self.response(status, schema, headers={"Location": _LOCATION})(answer)
            return told

        return decorate
