"""How every /epcis address is read and answered: media types, versions, formats, headers.

The standard's own OpenAPI file documents these addresses, so /api/v1/openapi.json leaves them out.
Source: EPCIS 2.0, 12.6 (REST binding) and its OpenAPI file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict

from foundation import web
from traceability.epcis.exceptions import (
    NotAcceptable,
    QueryParameterException,
    UnsupportedMediaType,
    URITooLong,
    ValidationException,
)

EPCIS_VERSION = "2.0.0"
CBV_VERSION = "2.0.0"
EPCIS_MIN = "2.0.0"
CBV_MIN = "2.0.0"
EPC_FORMATS = (
    "No_Preference",
    "Always_GS1_Digital_Link",
    "Always_EPC_URN",
    "Never_Translates",
)
CBV_FORMATS = ("No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates")
DEFAULT_EPC_FORMAT = "Always_GS1_Digital_Link"
MAX_ADDRESS = 8_000
"""Characters of an address that are read; longer queries belong into a named one."""

EXTENSIONS = "nguon=https://nguon.vn/epcis/"
_VERSIONS = {
    "GS1-EPCIS-Version": EPCIS_VERSION,
    "GS1-CBV-Version": CBV_VERSION,
    "GS1-Extensions": EXTENSIONS,
}
_JSON_TYPES = ("application/json", "application/ld+json")
_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){0,3}")
_View = Callable[..., Any]


def blueprint(name: str) -> Blueprint:
    """A blueprint of addresses below /epcis; every one of them is negotiated before it runs."""
    made = Blueprint(name, __name__, url_prefix="/epcis")
    made.before_request(negotiate)
    made.after_request(_stamp)
    return made


def _stamp(made: Response) -> Response:
    """Every answer says its versions, one of something wrong too."""
    for name, value in _VERSIONS.items():
        made.headers.setdefault(name, value)
    return made


def route(
    made: Blueprint,
    *rules: str,
    methods: Sequence[str] = ("GET",),
    options: _View | None = None,
) -> Callable[[_View], _View]:
    """Register a view, and beside it what OPTIONS answers; slashes in names stay doubled."""

    def register(view: _View) -> _View:
        for rule in rules:
            _add(made, rule, view, methods)
            _add(made, rule, options or discover, ("OPTIONS",))
        return view

    return register


def _add(made: Blueprint, rule: str, view: _View, methods: Sequence[str]) -> None:
    made.add_url_rule(
        rule,
        view_func=view,
        methods=list(methods),
        provide_automatic_options=False,
        merge_slashes=False,
    )


@web.public
def discover(**_: str) -> Response:
    """Methods, versions and formats of an address; asked without a token, it names no thing."""
    adapter = current_app.create_url_adapter(request)
    methods = () if adapter is None else sorted(adapter.allowed_methods())
    made = answer(None, 204)
    made.headers.update(discovery_headers())
    made.headers["Allow"] = ", ".join(methods)
    return made


def negotiate() -> None:
    """Refuse what cannot be answered as the caller wishes.

    Raises: URITooLong, NotAcceptable (XML, versions or formats that we do not have).
    """
    if len(request.full_path) > MAX_ADDRESS:
        raise URITooLong("epcis.address_too_long", most=MAX_ADDRESS)
    if request.method == "OPTIONS":
        return
    accepted = request.accept_mimetypes
    if accepted and not any(
        accepted[kind] > 0 for kind in (*_JSON_TYPES, "application/problem+json")
    ):
        raise NotAcceptable("epcis.not_acceptable", accepted=str(accepted)[:100])
    for name, ours in (("EPCIS", EPCIS_VERSION), ("CBV", CBV_VERSION)):
        lowest = _version(f"GS1-{name}-Min")
        highest = _version(f"GS1-{name}-Max")
        here = _numbers(ours)
        if (lowest and lowest > here) or (highest and highest < here[: len(highest)]):
            raise NotAcceptable("epcis.version_not_served", ours=ours, name=name)
    _choice("GS1-EPC-Format", EPC_FORMATS)
    _choice("GS1-CBV-XML-Format", CBV_FORMATS)


def epc_format() -> str:
    """In which form the caller wants identifiers; No_Preference is told as the default."""
    asked = _choice("GS1-EPC-Format", EPC_FORMATS) or DEFAULT_EPC_FORMAT
    return DEFAULT_EPC_FORMAT if asked == "No_Preference" else asked


def extensions() -> dict[str, str]:
    """The prefixes that the caller names in ``GS1-Extensions``: ``ex=https://example.org/``."""
    found = {}
    for part in request.headers.get("GS1-Extensions", "").split(","):
        prefix, _, namespace = part.strip().partition("=")
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,40}", prefix) and ":" in namespace:
            found[prefix] = namespace.strip()
    return found


def read_body() -> Any:
    """The body as JSON. Raises: UnsupportedMediaType, ValidationException."""
    if request.mimetype not in _JSON_TYPES:
        raise UnsupportedMediaType("epcis.media_type", sent=request.mimetype[:100])
    try:
        return json.loads(request.get_data().decode())
    except (ValueError, RecursionError):
        raise ValidationException("epcis.not_json") from None


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer with the headers that every answer carries."""
    text = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    kind = _media_type() if body is not None else None
    made = Response(text, status, content_type=kind)
    if body is None:
        made.headers.pop("Content-Type", None)
    made.headers.update({**standard_headers(), **(headers or {})})
    # The same address is told otherwise to another caller, and in another format.
    made.headers.add("Vary", "Accept, Authorization, GS1-EPC-Format")
    return made


def standard_headers() -> dict[str, str]:
    """Which versions an answer is written in."""
    return {**_VERSIONS, "GS1-EPC-Format": epc_format()}


def discovery_headers() -> dict[str, str]:
    """What OPTIONS tells of this installation."""
    return {
        **_VERSIONS,
        "GS1-EPCIS-Min": EPCIS_MIN,
        "GS1-EPCIS-Max": EPCIS_VERSION,
        "GS1-CBV-Min": CBV_MIN,
        "GS1-CBV-Max": CBV_VERSION,
        "GS1-EPC-Format": DEFAULT_EPC_FORMAT,
        # Said of XML only, which is not served.
        "GS1-CBV-XML-Format": "Never_Translates",
        "GS1-Vendor-Version": f"nguon-{version('nguon')}",
    }


def pairs() -> dict[str, str]:
    """The query string's parameters. Raises: QueryParameterException when one comes twice."""
    given: MultiDict[str, str] = request.args
    twice = [name for name, values in given.lists() if len(values) > 1]
    if twice:
        raise QueryParameterException("epcis.parameter_twice", name=twice[0][:100])
    return given.to_dict()


def _media_type() -> str:
    best = request.accept_mimetypes.best_match(_JSON_TYPES, _JSON_TYPES[0])
    return best or _JSON_TYPES[0]


def _choice(header: str, choices: Sequence[str]) -> str | None:
    sent = request.headers.get(header)
    if sent is not None and sent not in choices:
        raise NotAcceptable("epcis.header_value", header=header, choices=list(choices))
    return sent


def _version(header: str) -> tuple[int, ...] | None:
    sent = request.headers.get(header)
    if sent is None:
        return None
    if not _VERSION.fullmatch(sent):
        raise NotAcceptable("epcis.header_value", header=header, choices=["2.0.0"])
    return _numbers(sent)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
