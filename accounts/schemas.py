"""Input and answer shapes of accounts; one schema serves form and JSON."""

from typing import Any

from marshmallow import Schema, fields

from accounts import people
from accounts.models import (
    GRANT_ROLES,
    MEMBER_ROLES,
    ORGANISATION_KINDS,
    ORGANISATION_STATUSES,
    TAX_TYPES,
)
from foundation.i18n import LANGUAGES
from foundation.inputs import Choice, InputSchema, Integer, Problem, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from foundation.tables import FORMATS

TOKENS_END_OR_STAY = ("end", "keep")


class ContactField(Text):
    """A telephone number or e-mail address typed into one field."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        contact = people.read_contact(super()._deserialize(value, attr, data, **kwargs))
        if contact is None:
            raise Problem("person.bad_contact")
        return contact


class PasswordField(fields.String):
    """A password, kept exactly as typed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed: str = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in typed or len(typed) > 1000 or any(0xD800 <= ord(c) <= 0xDFFF for c in typed):
            raise Problem("password.unusable")
        return typed


class NextSchema(InputSchema):
    """A form that leads on to the page somebody wanted."""

    next = Text(max=1000)


class SignInForm(NextSchema):
    login = Text(max=254, required=True)
    password = PasswordField(required=True)


class CodeForm(NextSchema):
    code = Text(max=40, required=True)


class LoginForm(InputSchema):
    login = Text(max=254, required=True)


class RecoverForm(LoginForm):
    code = Text(max=20, required=True)
    password = PasswordField(required=True)


class EnterForm(InputSchema):
    """A first entry; the code only where one was sent."""

    name = Text(max=200, required=True)
    password = PasswordField(required=True)
    code = Text(max=20)


class ProfileForm(InputSchema):
    name = Text(max=200, required=True)
    locale = Choice(LANGUAGES, required=True)


class PasswordForm(InputSchema):
    old_password = PasswordField(load_default="")
    password = PasswordField(required=True)
    tokens = Choice(TOKENS_END_OR_STAY, load_default="end")


class LeaveForm(InputSchema):
    """Signing out everywhere; what becomes of the tokens is said, and else they end."""

    tokens = Choice(TOKENS_END_OR_STAY, load_default="end")


class OwnProofForm(InputSchema):
    """What an act on one's own contacts asks for again."""

    password = PasswordField(required=True)
    code = Text(max=40, load_default="")


class ContactForm(OwnProofForm):
    contact = ContactField(max=254, required=True)


class ContactCodeForm(InputSchema):
    code = Text(max=20, required=True)
    others = Choice(TOKENS_END_OR_STAY, load_default="end")


class InvitationsQuery(QuerySchema):
    """The filters of a list of invitations."""

    q = Text(max=200)
    state = Choice(("waiting", "used", "lapsed", "withdrawn"))
    cursor = Text(max=500)


class TokenForm(InputSchema):
    name = Text(max=80, required=True)
    days = Integer(low=1, high=3650)


class ReasonForm(InputSchema):
    reason = Text(max=2000, multiline=True, required=True)


class InviteMemberForm(InputSchema):
    name = Text(max=200, required=True)
    contact = ContactField(max=254, required=True)
    role = Choice(MEMBER_ROLES, required=True)


class RolesForm(InputSchema):
    roles = fields.List(Choice(MEMBER_ROLES), load_default=list)


class GrantForm(InputSchema):
    """A role over a territory: a commune typed by name, a province chosen, or everywhere."""

    role = Choice(GRANT_ROLES, required=True)
    province = Text(max=5)
    commune = Text(max=100)


class InviteOfficialForm(GrantForm):
    name = Text(max=200, required=True)
    contact = ContactField(max=254, required=True)


class PeopleQuery(QuerySchema):
    q = Text(max=200)
    role = Choice(GRANT_ROLES)
    cursor = Text(max=500)


class OrganisationInput(InputSchema):
    """An organisation as it is entered."""

    name = Text(max=200, required=True)
    kind = Choice(ORGANISATION_KINDS, required=True)
    commune_code = Text(
        max=100, required=True, metadata={"description": "Code (or plain name) of a commune"}
    )
    tax_code = Text(max=20)
    tax_type = Choice(TAX_TYPES)
    gln = Text(
        max=20,
        metadata={"description": "Global location number, 13 digits; left out, it stays as it is"},
    )
    gs1_prefix = Text(
        max=20, metadata={"description": "GS1 company prefix, 6 to 12 digits; left out, it stays"}
    )
    representative = Text(max=200)
    introduction = Text(max=4000, multiline=True, load_default="")


class HouseholdForm(InputSchema):
    """A household entered on its behalf; the consent is ticked by hand."""

    name = Text(max=200, required=True)
    commune_code = Text(max=100, required=True)
    tax_code = Text(max=20)
    channel = Choice(("in_person", "paper", "telephone"), required=True)
    agreed = Choice(("1",), required=True)


class OrganisationsQuery(QuerySchema):
    """The filters of a list of organisations."""

    q = Text(max=200)
    kind = Choice(ORGANISATION_KINDS)
    status = Choice(ORGANISATION_STATUSES)
    commune_code = Text(max=5)
    province_code = Text(max=5)
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class ExportQuery(OrganisationsQuery):
    format = Choice(FORMATS, load_default="xlsx")


class RegisterFilters(OrganisationsQuery):
    """The filters of the cooperative register."""

    confirmed = Choice(("yes", "no"))


class RegisterExportQuery(RegisterFilters):
    format = Choice(FORMATS, load_default="xlsx")


class OrganisationSchema(Schema):
    """An organisation as those entitled to its inside see it."""

    code = fields.String(required=True)
    slug = fields.String()
    name = fields.String()
    kind = fields.String(metadata={"enum": list(ORGANISATION_KINDS)})
    tax_type = fields.String(metadata={"enum": list(TAX_TYPES)})
    tax_code = fields.String(allow_none=True)
    gln = fields.String(allow_none=True)
    gs1_prefix = fields.String(allow_none=True)
    gs1_prefix_confirmed_at = fields.AwareDateTime(allow_none=True)
    representative = fields.String(allow_none=True)
    commune_code = fields.String()
    province_code = fields.String()
    status = fields.String(metadata={"enum": list(ORGANISATION_STATUSES)})
    verified_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()


class OrganisationListSchema(Schema):
    items = fields.List(fields.Nested(OrganisationSchema))
    next = fields.String(allow_none=True)


class HeldSchema(Schema):
    """A role: in an organisation (its code), or over a territory ("" = the whole country)."""

    role = fields.String(required=True)
    organisation = fields.String(allow_none=True)
    scope = fields.String(allow_none=True)


class MeSchema(Schema):
    """Whose token it is, and what they may do."""

    name = fields.String()
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    locale = fields.String()
    roles = fields.List(fields.Nested(HeldSchema))
