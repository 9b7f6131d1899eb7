"""What programs ask and are told about a Digital Link URI."""

from marshmallow import EXCLUDE, Schema, fields, validate

from foundation.inputs import Choice, Day, InputSchema, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.linking.kinds import CONTEXTS, LANGUAGES, kinds


class JudgeQuery(Schema):
    """The URI to judge, as it stands in a code: nothing is trimmed, empty is an answer too."""

    class Meta:
        unknown = EXCLUDE

    uri = fields.String(
        required=True,
        validate=validate.Length(max=4000),
        metadata={"description": "the whole URI, percent-encoded once more for the query"},
    )


class ElementSchema(Schema):
    ai = fields.String(required=True)
    title = fields.String(required=True)
    value = fields.String(required=True)


class LinkFindingSchema(Schema):
    """A fault, and as far as it has one: its identifier, value, place, rule and first character."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    ai = fields.String()
    value = fields.String()
    place = fields.String(validate=validate.OneOf(("path", "query")))
    rule = fields.String(metadata={"description": "length, a character set, or a GS1 check"})
    position = fields.Integer(metadata={"description": "of the first wrong character, from 1"})
    qualifier = fields.String()
    other = fields.String()


class JudgedSchema(Schema):
    """The verdict on a URI by GS1's syntax, and what it says."""

    uri = fields.String(required=True)
    valid = fields.Boolean(required=True)
    canonical = fields.String(
        required=True, allow_none=True, metadata={"description": "null when not well-formed"}
    )
    stem = fields.String(required=True, metadata={"description": "what stands before the key"})
    path = fields.List(
        fields.Nested(ElementSchema),
        required=True,
        metadata={"description": "key and qualifiers, in order"},
    )
    attributes = fields.List(fields.Nested(ElementSchema), required=True)
    ignored = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "parameters of the query that are not GS1's"},
    )
    compressed = fields.String(required=True, allow_none=True)
    decompressed = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "the address in full, when the URI is a compressed one"},
    )
    errors = fields.List(fields.Nested(LinkFindingSchema), required=True)


class OwnLinkForm(InputSchema):
    """A link an owner adds to a product's labels."""

    link_type = Choice(tuple(kinds()), required=True)
    href = Text(max=500, required=True)
    title = Text(max=120, required=True)
    language = Choice(tuple(LANGUAGES))
    context = Choice(tuple(CONTEXTS))
    valid_from = Day()
    valid_to = Day()


class OwnLinkSchema(Schema):
    """A link of a product's labels."""

    id = fields.Integer(required=True)
    product = fields.String(required=True)
    link_type = fields.String(required=True, metadata={"description": "without its prefix gs1:"})
    href = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True, allow_none=True)
    context = fields.String(required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    in_force = fields.Boolean(required=True, metadata={"description": "labels lead there today"})


class KeyLinkForm(OwnLinkForm):
    """A link of one code; a whole address is read for its code."""

    path = Text(
        max=400, required=True, metadata={"description": "/414/8930001000018/254/KHO-1, say"}
    )


class KeyLinkSchema(OwnLinkSchema):
    """A link of one code of an organisation's."""

    class Meta:
        exclude = ("product",)

    organisation = fields.String(required=True)
    path = fields.String(required=True, metadata={"description": "the code's own address"})


class KeyLinkListSchema(Schema):
    """Links of an organisation's codes."""

    items = fields.List(fields.Nested(KeyLinkSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class KeyLinksQuery(QuerySchema):
    """Of one code, or of all."""

    path = Text(max=400)
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class OwnLinkListSchema(Schema):
    """A product's links, those of past and coming days too."""

    items = fields.List(fields.Nested(OwnLinkSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class CheckedLinkSchema(Schema):
    """Whether a link could be added."""

    valid = fields.Boolean(required=True)
    errors = fields.List(fields.Nested(LinkFindingSchema), required=True)


class PastNumberSchema(Schema):
    """A number a product bore before: labels that bear it still lead to the product."""

    gtin = fields.String(required=True)
    given_at = fields.AwareDateTime(required=True)
    replaced_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, allow_none=True)


class NumbersSchema(Schema):
    """The number under a product's bar code, and those it bore before, the latest first."""

    gtin = fields.String(required=True, allow_none=True)
    past = fields.List(fields.Nested(PastNumberSchema), required=True)
