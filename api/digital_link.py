"""Judging GS1 Digital Link URIs for whoever prints or reads them."""

from __future__ import annotations

from typing import Any

from api.blueprints import Blueprint
from foundation import web
from traceability.linking import faults, verdicts
from traceability.linking.judging import Element
from traceability.linking.schemas import JudgedSchema, JudgeQuery

blueprint = Blueprint(
    "api_digital_link", __name__, url_prefix="/api/v1", description="GS1 Digital Link"
)


@blueprint.get("/digital-link")
@web.public
@blueprint.arguments(JudgeQuery, location="query")
@blueprint.response(200, JudgedSchema)
def judge(query: dict[str, Any]) -> dict[str, Any]:
    """Whether a URI is a well-formed GS1 Digital Link, and its canonical form.

    Decides by GS1's syntax alone, strictly: whether we know the thing is not asked. Always 200;
    `valid` is the verdict and `errors` names every fault.
    """
    verdict = verdicts.consider(query["uri"])
    judged = verdict.judged
    return {
        "uri": query["uri"],
        "valid": judged.is_valid,
        "canonical": judged.canonical,
        "stem": judged.stem,
        "path": [_element(each) for each in judged.path],
        "attributes": [_element(each) for each in judged.attributes],
        "ignored": judged.ignored,
        "compressed": verdict.compressed,
        "decompressed": verdict.decompressed,
        "errors": [faults.told(found) for found in judged.findings],
    }


def _element(element: Element) -> dict[str, str]:
    return {"ai": element.ai, "title": verdicts.title(element.ai), "value": element.value}
