"""The story of a batch as JSON."""

from marshmallow import Schema, fields

from foundation.inputs import QuerySchema, Text
from traceability.scan.part_schemas import (
    TraceAreaSchema,
    TraceBoughtSchema,
    TraceCertificateSchema,
    TraceDeclaredSchema,
    TraceIntervalSchema,
    TraceMadeOfSchema,
    TraceMeasuredSchema,
    TraceOfferSchema,
    TraceProducerSchema,
    TraceProductSchema,
    TraceProofSchema,
    TraceRecallSchema,
    TraceResultSchema,
    TraceRunSchema,
    TraceStepSchema,
    TraceVoucherSchema,
    TraceWorkSchema,
)


class TraceQuery(QuerySchema):
    """The item's own serial, when the label has one."""

    serial = Text(max=40)


class VerdictSchema(Schema):
    kind = fields.String(
        required=True,
        metadata={
            "enum": [
                "known",
                "first_scan",
                "scanned",
                "scanned_often",
                "copied",
                "expired",
                "held",
                "recalled",
                "draft",
                "void",
                "mistaken",
            ]
        },
    )
    text = fields.String(required=True)
    serial = fields.String(allow_none=True)
    scans = fields.Integer(allow_none=True)
    first_scan_at = fields.AwareDateTime(allow_none=True)
    first_scan_place = fields.String(
        allow_none=True, metadata={"description": "Province, where the network's is known"}
    )


class TraceSchema(Schema):
    """What the trace page tells, in its order."""

    code = fields.String(required=True)
    lot = fields.String(required=True)
    state = fields.String(required=True)
    trace_url = fields.String(required=True)
    verdict = fields.Nested(VerdictSchema, required=True)
    recall = fields.Nested(TraceRecallSchema, required=True, allow_none=True)
    held_because = fields.List(fields.String(), required=True)
    product = fields.Nested(TraceProductSchema, required=True)
    producer = fields.Nested(TraceProducerSchema, required=True)
    produced_on = fields.Date(required=True)
    harvested_on = fields.Date(required=True, allow_none=True)
    expires_on = fields.Date(allow_none=True)
    declared = fields.List(fields.Nested(TraceDeclaredSchema), required=True)
    certificates = fields.List(fields.Nested(TraceCertificateSchema), required=True)
    vouchers = fields.List(fields.Nested(TraceVoucherSchema), required=True)
    origin = fields.String(
        required=True, metadata={"enum": ["harvest", "purchase", "batches", "none"]}
    )
    growing_areas = fields.List(fields.Nested(TraceAreaSchema), required=True)
    households = fields.Integer(
        required=True, metadata={"description": "How many work the coded areas; never who"}
    )
    bought = fields.List(fields.Nested(TraceBoughtSchema), required=True)
    made_of = fields.List(fields.Nested(TraceMadeOfSchema), required=True)
    harvests = fields.List(
        fields.Date(),
        required=True,
        metadata={"description": "The first and the last harvest, own or inherited"},
    )
    pre_harvest_interval = fields.Nested(
        TraceIntervalSchema,
        required=True,
        allow_none=True,
        metadata={"description": "The worst of all its harvests; null when it has none"},
    )
    diary = fields.List(fields.Nested(TraceWorkSchema), required=True)
    timeline = fields.List(fields.Nested(TraceRunSchema), required=True)
    laboratory_results = fields.List(fields.Nested(TraceResultSchema), required=True)
    measured = fields.List(fields.Nested(TraceMeasuredSchema), required=True)
    events = fields.List(fields.Nested(TraceStepSchema), required=True)
    proof = fields.Nested(TraceProofSchema, required=True, allow_none=True)
    offers = fields.List(fields.Nested(TraceOfferSchema), required=True)
    complaints_path = fields.String(required=True)
    stands_behind = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Part of the story: producer, officer, issuer or laboratory"},
    )


class BundleSchema(Schema):
    """A batch's story with the proofs of what it tells (docs/ledger.md)."""

    format = fields.String(required=True)
    made_at = fields.String(required=True)
    story = fields.Dict(required=True, metadata={"description": "as the trace call tells it"})
    facts = fields.List(
        fields.Dict(),
        required=True,
        metadata={"description": "public columns of recorded rows, each with its way to the root"},
    )
    same = fields.List(
        fields.Dict(),
        required=True,
        metadata={"description": "which words of the story are which proved values"},
    )
    checkpoint = fields.String(required=True, metadata={"description": "signed note"})
    verifier_key = fields.String(required=True)
    vouchers = fields.List(fields.String(), required=True)
    consistency = fields.Dict(
        metadata={"description": "with `since`: that the log grew out of one of that size"}
    )
    signature = fields.String(
        required=True, allow_none=True, metadata={"description": "signed note over all the rest"}
    )
