"""What the EPCIS interfaces answer when they cannot do as asked: the standard's own exceptions.

Doors tell each as ``epcisException:<name>`` in a problem document. PURE.
Source: EPCIS 2.0, 8.2.6 and its OpenAPI file (statuses).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foundation.errors import Finding, NguonError


class EpcisError(NguonError):
    """Base of the standard's exceptions; ``exception`` is its name there."""

    exception = "ImplementationException"
    status = 500

    def __init__(self, code: str, findings: Sequence[Finding] = (), **params: Any) -> None:
        super().__init__(code, findings, **params)


class ValidationException(EpcisError):
    """A document or body that is not what the standard says it must be."""

    exception = "ValidationException"
    status = 400


class QueryParameterException(EpcisError):
    """A query parameter that is unknown, or whose value cannot be read."""

    exception = "QueryParameterException"
    status = 400


class QueryValidationException(EpcisError):
    """A query whose body is no query."""

    exception = "QueryValidationException"
    status = 400


class SubscriptionControlsException(EpcisError):
    """A subscription whose schedule, destination or other control cannot be honoured."""

    exception = "SubscriptionControlsException"
    status = 400


class NoSuchName(EpcisError):
    """No event, query, subscription or other resource of this name, or none for this caller."""

    exception = "NoSuchNameException"
    status = 404


class NotAcceptable(EpcisError):
    """The caller accepts no form of answer that we have."""

    exception = "NotAcceptableException"
    status = 406


class ResourceAlreadyExists(EpcisError):
    """The name is taken."""

    exception = "ResourceAlreadyExistsException"
    status = 409


class CaptureLimitExceeded(EpcisError):
    """More events, or more octets, than announced."""

    exception = "CaptureLimitExceededException"
    status = 413


class QueryTooLarge(EpcisError):
    """More events answer the query than its caller wants."""

    exception = "QueryTooLargeException"
    status = 413


class QueryTooComplex(EpcisError):
    """A query that asks for too much at once."""

    exception = "QueryTooComplexException"
    status = 413


class URITooLong(EpcisError):
    """An address longer than we read."""

    exception = "URITooLongException"
    status = 414


class UnsupportedMediaType(EpcisError):
    """A body in a form that we do not read (XML)."""

    exception = "UnsupportedMediaTypeException"
    status = 415


class NotImplementedHere(EpcisError):
    """A part of the standard that this installation does not have."""

    exception = "ImplementationException"
    status = 501


BY_STATUS = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchNameException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    422: "ValidationException",
}
"""The exception a refusal of the house itself is told as; any other is ImplementationException."""
