"""The OpenAPI document laid out for its page: groups, calls, fields."""

from __future__ import annotations

from typing import Any

from api.document import METHODS, PROBLEM_JSON, resolved
from foundation.vietnamese import fold


def groups(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Every call of the document under its tag, in the document's order."""
    titles = {tag["name"]: tag.get("description", tag["name"]) for tag in spec.get("tags", ())}
    found: dict[str, dict[str, Any]] = {}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                tag = item[method]["tags"][0]
                group = found.setdefault(
                    tag,
                    {
                        "name": tag,
                        "anchor": f"tag-{tag}",
                        "title": titles.get(tag, tag),
                        "calls": [],
                    },
                )
                group["calls"].append(_call(spec, path, method, item))
    return list(found.values())


def matching(groups: list[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    """The groups with the calls in whose address, words or field names every word is found."""
    words = fold(wanted).split()
    found = [
        {**group, "calls": [call for call in group["calls"] if _tells(group, call, words)]}
        for group in groups
    ]
    return [group for group in found if group["calls"]]


def _tells(group: dict[str, Any], call: dict[str, Any], words: list[str]) -> bool:
    told = [call[key] for key in ("method", "path", "summary", "description", "anchor")]
    listed = [call["parameters"], *(part["fields"] for part in call["bodies"] + call["answers"])]
    told += [field["name"] for fields in listed for field in fields]
    text = fold(" ".join([group["title"], *told]))
    return all(word in text for word in words)


def _call(spec: dict[str, Any], path: str, method: str, item: dict[str, Any]) -> dict[str, Any]:
    operation = item[method]
    parameters = [
        resolved(spec, parameter)
        for parameter in [*item.get("parameters", ()), *operation.get("parameters", ())]
    ]
    return {
        "anchor": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "permission": operation.get("x-permission"),
        "needs_token": {} not in operation["security"],
        "parameters": [
            {**_field(spec, parameter["name"], parameter["schema"]), **_place(parameter)}
            for parameter in parameters
        ],
        "bodies": [
            {"type": kind, "fields": _fields(spec, content.get("schema", {}))}
            for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        ],
        "answers": [
            answer
            for status, node in sorted(operation["responses"].items())
            for answer in _answers(spec, status, resolved(spec, node))
        ],
    }


def _place(parameter: dict[str, Any]) -> dict[str, Any]:
    told = {"place": parameter["in"], "required": parameter.get("required", False)}
    if parameter.get("description"):
        told["description"] = parameter["description"]
    return told


def _answers(spec: dict[str, Any], status: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """One line per type a call answers with; errors all look alike and show no fields."""
    description = answer.get("description", "")
    content = answer.get("content", {})
    if PROBLEM_JSON in content or not content:
        return [{"status": status, "description": description, "type": "", "fields": []}]
    return [
        {
            "status": status,
            "description": description,
            "type": kind,
            "fields": _fields(spec, shape.get("schema", {})),
        }
        for kind, shape in content.items()
    ]


def _fields(spec: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema = resolved(spec, schema)
    required = set(schema.get("required", ()))
    return [
        {**_field(spec, name, shape), "required": name in required}
        for name, shape in schema.get("properties", {}).items()
    ]


def _field(spec: dict[str, Any], name: str, shape: dict[str, Any]) -> dict[str, Any]:
    """A field in one line; an object inside shows its own fields' names."""
    whole = resolved(spec, shape)
    inner = resolved(spec, whole.get("items", {})) if "items" in whole else whole
    return {
        "name": name,
        "type": _type(spec, shape),
        "description": shape.get("description", ""),
        "choices": [choice for choice in inner.get("enum", ()) if choice != ""],
        "inner": list(inner.get("properties", {})),
    }


def _type(spec: dict[str, Any], shape: dict[str, Any]) -> str:
    shape = resolved(spec, shape)
    kind = shape.get("type", "any")
    kinds = kind if isinstance(kind, list) else [kind]
    words = [
        f"[{_type(spec, shape.get('items', {}))}]" if one == "array" else str(one) for one in kinds
    ]
    said = " | ".join(words)
    return f"{said} ({shape['format']})" if "format" in shape else said
