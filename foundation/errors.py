"""What can go wrong in the trade, told by a stable code and its parameters.

Wording belongs to the doors, in the reader's language (see ``foundation.i18n.word``);
``app.errors`` turns an error into a page, ``application/problem+json`` or an exit code.
PURE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True)
class Finding:
    """One thing found in what somebody gave us.

    ``field`` is the input's name (dotted for nested input, ``rows.3.name``);
    ``coordinate`` is (longitude, latitude), WGS 84.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    field: str | None = None
    coordinate: tuple[float, float] | None = None
    severity: Severity = "error"


class NguonError(Exception):
    """Base of every error that a door shows to its reader."""

    status = 400

    def __init__(self, code: str, findings: Sequence[Finding] = (), **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, Any] = params
        self.findings: tuple[Finding, ...] = tuple(findings)


class Invalid(NguonError):
    """What was given cannot be read or breaks a rule of its form: all findings at once."""

    status = 422

    def __init__(
        self, findings: Sequence[Finding], code: str = "input.invalid", **params: Any
    ) -> None:
        super().__init__(code, findings, **params)


class Refused(NguonError):
    """Well-formed, but a rule of the trade forbids it as things stand."""

    status = 409


class Conflict(NguonError):
    """Somebody else, or an earlier call, was first; or the state does not allow it."""

    status = 409


class NotFound(NguonError):
    """There is no such thing, or none that this reader may know of."""

    status = 404

    def __init__(self, code: str = "not_found", **params: Any) -> None:
        super().__init__(code, (), **params)


class Forbidden(NguonError):
    """The reader is known and the thing is known, but this act is not theirs to do."""

    status = 403

    def __init__(self, code: str = "forbidden", **params: Any) -> None:
        super().__init__(code, (), **params)


class Unauthenticated(NguonError):
    """Nobody is signed in, or the token is not ours."""

    status = 401

    def __init__(self, code: str = "unauthenticated", **params: Any) -> None:
        super().__init__(code, (), **params)


class TooMany(NguonError):
    """Asked too often; ``retry_after_s`` says when to come back."""

    status = 429

    def __init__(self, code: str = "too_many", *, retry_after_s: int, **params: Any) -> None:
        super().__init__(code, (), retry_after_s=retry_after_s, **params)
        self.retry_after_s = retry_after_s
