"""The OpenAPI document, and its page for people."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields

from foundation import web

SETTINGS: dict[str, Any] = {
    "API_TITLE": "Nguồn",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": (
                "Growing areas, batches, labels, traces, offers, orders and indicators. Writes"
                " accept `Idempotency-Key`; errors are `application/problem+json`; lists answer"
                " `{items, next}`. Sentences come in the language of `Accept-Language` (vi, en)."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    },
}

blueprint = Blueprint("openapi", __name__, url_prefix="/api", description="This document")


class FindingSchema(Schema):
    """One thing found in what was sent."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    severity = fields.String()
    field = fields.String()
    coordinate = fields.List(fields.Float(), metadata={"description": "longitude, latitude"})


class ProblemSchema(Schema):
    """An error (RFC 9457) with a stable ``code`` and one line per finding."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    params = fields.Dict()
    errors = fields.List(fields.Nested(FindingSchema))
    request_id = fields.String()


_METHODS = ("get", "post", "put", "patch", "delete")


def prepare(api: Api) -> None:
    """Keep the Api at hand for the pages that read its document."""
    current = api.spec
    current.options.setdefault("tags", [])


@blueprint.route("/docs", methods=["GET"])
@blueprint.doc(hide=True)
@web.public
def docs() -> str:
    """The API for people: every call with its shapes, rendered here, no script needed."""
    spec = document()
    calls: dict[str, list[dict[str, Any]]] = {}
    for path, item in spec["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                tag = (operation.get("tags") or ["api"])[0]
                calls.setdefault(tag, []).append(_call(spec, path, method, item, operation))
    return web.render("api/docs.html", spec=spec, calls=calls)


def document() -> dict[str, Any]:
    """The OpenAPI document of this application."""
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    found: dict[str, Any] = api.spec.to_dict()
    return found


def _call(
    spec: dict[str, Any], path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    answers = []
    for status, answer in operation.get("responses", {}).items():
        answer = _resolved(spec, answer)
        content = answer.get("content", {}).get("application/json", {})
        answers.append(
            {
                "status": status,
                "description": answer.get("description", ""),
                "fields": _fields(spec, content.get("schema", {})) if status != "default" else [],
            }
        )
    return {
        "anchor": f"{method}-{path.strip('/').replace('/', '-')}",
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [
            _resolved(spec, parameter)
            for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]
        ],
        "body": [
            {"type": kind, "fields": _fields(spec, content.get("schema", {}))}
            for kind, content in body.items()
        ],
        "answers": answers,
    }


def _resolved(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    if not reference:
        return node
    found: Any = spec
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step, {})
    return dict(found)


def _fields(spec: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema = _resolved(spec, schema)
    if schema.get("type") == "array":
        schema = _resolved(spec, schema.get("items", {}))
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "type": _type(_resolved(spec, shape)),
            "required": name in required,
            "description": shape.get("description", ""),
            "enum": shape.get("enum", []),
        }
        for name, shape in schema.get("properties", {}).items()
    ]


def _type(shape: dict[str, Any]) -> str:
    kind = shape.get("type", "object")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)
