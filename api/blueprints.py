"""The API's blueprint: flask-smorest's, reading bodies more carefully."""

from __future__ import annotations

import json
from typing import Any

import flask_smorest
from flask import Request
from marshmallow import Schema, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType


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
