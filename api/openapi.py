"""The OpenAPI document, and its page for people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, json, request
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from flask_smorest.spec.plugins import FlaskPlugin
from marshmallow import Schema, fields

from api import document, reference
from foundation import config, inputs, web
from foundation.errors import Invalid, NotFound
from foundation.inputs import QuerySchema, Text

SETTINGS: dict[str, Any] = {
    "API_TITLE": "Nguồn",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
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
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token made on the page /account, or by `nguon token create`",
                }
            },
        },
    },
}

blueprint = Blueprint("openapi", __name__, url_prefix="/api")


class FindingSchema(Schema):
    """One thing found in what was sent."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    severity = fields.String(metadata={"enum": ["error", "warning", "notice"]})
    field = fields.String(metadata={"description": "dotted for nested input: `lines.0.offer`"})
    coordinate = fields.List(fields.Float(), metadata={"description": "longitude, latitude"})


class ProblemSchema(Schema):
    """An error (RFC 9457) with a stable ``code`` and one line per finding."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    params = fields.Dict()
    errors = fields.List(fields.Nested(FindingSchema), required=True)
    request_id = fields.String()


def prepare(api: Api) -> None:
    """Teach the document, before it is filled, that our exact decimals travel as texts."""

    def told(_: Any, field: fields.Field[Any], **__: Any) -> dict[str, Any]:
        if not (isinstance(field, fields.Decimal) and field.as_string):
            return {}
        return {"type": ["string", "null"] if field.allow_none else "string"}

    api.ma_plugin.converter.add_attribute_function(told)


class DocsQuery(QuerySchema):
    """Words to look for among the calls."""

    q = Text(max=80, load_default="")


@blueprint.get("/docs")
@web.public
def docs() -> ResponseReturnValue:
    """The API for people: every call by its group, rendered here, no script needed."""
    form = web.Form(request.args)
    spec, wanted, status = read_document(), "", 200
    try:
        wanted = inputs.load(DocsQuery, request.args)["q"]
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
    found = reference.matching(reference.groups(spec), wanted)
    page = web.render("api/docs.html", spec=spec, groups=found, wanted=wanted, form=form)
    return page, status


@blueprint.get("/docs/<group>")
@web.public
def docs_of(group: str) -> str:
    """One group's calls with all they take and answer."""
    groups = reference.groups(read_document())
    found = next((each for each in groups if each["name"] == group), None)
    if found is None:
        raise NotFound("not_found")
    return web.render("api/docs_group.html", group=found)


@blueprint.get("/v1/openapi.json")
@web.public
def openapi_json() -> Response:
    """The document for programs."""
    return Response(json.dumps(read_document()), mimetype="application/json")


def read_document() -> dict[str, Any]:
    """The OpenAPI document of this application, completed once."""
    kept = current_app.extensions["flask-smorest"]
    if "document" not in kept:
        api: Api = kept["apis"][""]["ext_obj"]
        kept["document"] = document.complete(api.spec.to_dict(), _calls())
    found: dict[str, Any] = kept["document"]
    return {**found, "info": {**found["info"], **_contact()}}


def _contact() -> dict[str, Any]:
    """Whom programmers may ask, where the operator is named."""
    operator = config.current().operator
    if operator is None:
        return {}
    told = {"name": operator.name, "email": operator.email, "url": operator.url}
    return {"contact": {key: value for key, value in told.items() if value}}


def _calls() -> dict[tuple[str, str], document.Call]:
    found = {}
    for rule in current_app.url_map.iter_rules():
        path = FlaskPlugin.flaskpath2openapi(rule.rule)
        view = current_app.view_functions[rule.endpoint]
        guard = web.guard_of(view)
        if guard is not None:
            name = rule.endpoint.rpartition(".")[2]
            for method in rule.methods or ():
                found[path, method.lower()] = document.Call(name, guard)
    return found
