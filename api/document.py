"""What the OpenAPI document says beyond shapes: who may call, which errors, how forms are sent.

Works on the document as flask-smorest makes it; knows the guards, so that nobody has to write a
permission down a second time. PURE.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from foundation.web import Guard

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM_JSON = "application/problem+json"
_ERRORS = {
    "400": ("BadRequest", "The body cannot be read as what it says it is."),
    "401": ("Unauthenticated", "No token, or one that is not known."),
    "403": ("Forbidden", "The caller is not entitled to this."),
    "404": ("NotFound", "No such thing, or none that the caller may know of."),
    "409": ("Refused", "A rule of the trade forbids it as things stand; `code` says which."),
    "413": ("TooLarge", "The body is larger than 12 MB."),
    "415": ("UnsupportedMediaType", "The body is sent as another type than the one documented."),
    "422": ("Invalid", "The input is wrong; one line in `errors` per finding, with its field."),
    "default": ("Problem", "Any other refusal or failure."),
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request is carried out once (kept two days).",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


@dataclass(frozen=True)
class Call:
    """An operation's view: its name and who may call it."""

    name: str
    guard: Guard


def complete(spec: dict[str, Any], calls: Mapping[tuple[str, str], Call]) -> dict[str, Any]:
    """The whole document; ``calls`` are the views by (path, method)."""
    spec = deepcopy(spec)
    components = spec["components"]
    components["responses"] = {
        name: {
            "description": description,
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for name, description in _ERRORS.values()
    }
    components["parameters"] = {"IdempotencyKey": _IDEMPOTENCY_KEY}
    components["schemas"].pop("PaginationMetadata", None)
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                _complete_operation(spec, item, item[method], method, calls[path, method])
    for tag in spec.get("tags", ()):
        tag["name"] = _tag(tag["name"])
    return spec


def _complete_operation(
    spec: dict[str, Any], item: dict[str, Any], operation: dict[str, Any], method: str, call: Call
) -> None:
    operation["tags"] = [_tag(tag) for tag in operation.get("tags", ())]
    operation["operationId"] = "_".join([*operation["tags"], call.name]).replace("-", "_")
    operation["security"] = [{"token": []}]
    if call.guard.kind == "public":
        # Whoever sends a token is known by it, but nobody needs one.
        operation["security"].insert(0, {})
    if call.guard.action is not None:
        operation["x-permission"] = call.guard.action
    _move_form_into_body(spec, operation)
    given = [*item.get("parameters", ()), *operation.get("parameters", ())]
    for parameter in given:
        _drop_null(parameter.get("schema", {}))
    if method == "post":
        operation.setdefault("parameters", []).append(
            {"$ref": "#/components/parameters/IdempotencyKey"}
        )
    _name_errors(operation, method, call.guard, given)


def _name_errors(
    operation: dict[str, Any], method: str, guard: Guard, given: list[dict[str, Any]]
) -> None:
    statuses = ["401", "default"]
    if guard.kind == "action":
        statuses.append("403")
    if any(parameter["in"] == "path" for parameter in given):
        statuses.append("404")
    if method != "get":
        statuses += ["409", "422"]
    if any(parameter["in"] == "query" for parameter in given):
        statuses.append("422")
    if "requestBody" in operation:
        statuses += ["400", "413", "415"]
    answers = operation.setdefault("responses", {})
    answers.pop("422", None)
    answers.pop("default", None)
    for status in sorted(set(statuses)):
        answers[status] = {"$ref": f"#/components/responses/{_ERRORS[status][0]}"}


def _move_form_into_body(spec: dict[str, Any], operation: dict[str, Any]) -> None:
    """OpenAPI 3 has no ``in: formData``: fields beside a file belong to the multipart body."""
    form = [p for p in operation.get("parameters", ()) if p.get("in") == "formData"]
    if not form:
        return
    operation["parameters"] = [p for p in operation["parameters"] if p not in form]
    content = operation["requestBody"]["content"]["multipart/form-data"]
    files = resolved(spec, content["schema"])
    content["schema"] = {
        "type": "object",
        "properties": {
            **{field["name"]: field["schema"] for field in form},
            **files.get("properties", {}),
        },
        "required": [
            *(field["name"] for field in form if field.get("required")),
            *files.get("required", ()),
        ],
        "additionalProperties": False,
    }


def _drop_null(schema: dict[str, Any]) -> None:
    """An address cannot say null: a parameter that may be left out is left out."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        left = [kind for kind in kinds if kind != "null"]
        schema["type"] = left[0] if len(left) == 1 else left
    if schema.get("default") in (None, ""):
        schema.pop("default", None)


def _tag(name: str) -> str:
    return name.removeprefix("api_").replace("_", "-")


def resolved(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """A node, or what its reference points to."""
    reference = node.get("$ref")
    if not reference:
        return node
    found: Any = spec
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step, {})
    return dict(found)
