"""What is told about an organisation: read, checked, put into its row."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts import company_prefixes, location_numbers, sealing, tax_codes
from accounts.models import Organisation
from foundation import clock
from foundation.errors import Finding, Invalid
from foundation.vietnamese import collation_key, fold, words
from territory import picking
from territory.models import Unit

PERSONAL_TAX = "organisation.personal_tax"

_TAX_TYPES = {
    "cooperative": "cooperative",
    "household": "household",
    "enterprise": "company",
    "agency": "public",
}


@dataclass(frozen=True)
class OrganisationDetails:
    """What is entered about an organisation; ``tax_type`` follows the kind when not given.

    ``commune_code`` is a code, or a name as typed into the commune picker. Without ``gln`` or
    ``gs1_prefix`` the location number or company prefix stays as it is; an empty one takes it away.
    """

    name: str
    kind: str
    commune_code: str
    tax_code: str | None = None
    tax_type: str | None = None
    representative: str | None = None
    introduction: str = ""
    gln: str | None = None
    gs1_prefix: str | None = None


@dataclass(frozen=True)
class Checked:
    """The commune, tax code, location number and company prefix that were meant."""

    commune: Unit
    tax_code: str | None
    gln: str | None = None
    gs1_prefix: str | None = None


def check(session: Session, details: OrganisationDetails, *, now: datetime) -> Checked:
    """The commune and tax code that were meant; raises Invalid with everything wrong."""
    findings: list[Finding] = []
    commune = None
    try:
        commune = picking.resolve(session, details.commune_code, clock.business_day(now))
    except Invalid as error:
        findings += error.findings
    tax_code = tax_codes.normalise(details.tax_code) if details.tax_code else None
    if details.tax_code and tax_code is None:
        findings.append(Finding("organisation.bad_tax_code", {}, "tax_code"))
    gln = location_numbers.normalise(details.gln) if details.gln else None
    if details.gln and gln is None:
        findings.append(Finding("organisation.bad_gln", {}, "gln"))
    prefix = company_prefixes.normalise(details.gs1_prefix) if details.gs1_prefix else None
    if details.gs1_prefix and prefix is None:
        findings.append(Finding("organisation.bad_prefix", {}, "gs1_prefix"))
    if findings or commune is None:
        raise Invalid(findings)
    return Checked(commune, tax_code, gln, prefix)


def refuse_taken_numbers(session: Session, organisation: Organisation) -> None:
    """Raises: Invalid when the location number or company prefix is another organisation's."""
    company_prefixes.refuse_overlapping(session, organisation)
    taken = select(Organisation.id).where(
        Organisation.gln == organisation.gln, Organisation.id != organisation.id
    )
    with session.no_autoflush:
        is_taken = organisation.gln is not None and session.scalar(taken) is not None
    if is_taken:
        raise Invalid([Finding("organisation.gln_taken", {}, "gln")])


def fill(organisation: Organisation, details: OrganisationDetails, checked: Checked) -> None:
    """Put checked details into the row."""
    commune, tax_code = checked.commune, checked.tax_code
    organisation.name = details.name
    organisation.name_key = fold(details.name)
    organisation.sort_key = collation_key(details.name)[:600]
    organisation.tax_type = details.tax_type or _TAX_TYPES[details.kind]
    organisation.commune_code = commune.code
    organisation.province_code = commune.province_code
    organisation.representative = details.representative
    organisation.introduction = details.introduction
    if details.gln is not None:
        organisation.gln = checked.gln
    if details.gs1_prefix is not None:
        company_prefixes.put(organisation, checked.gs1_prefix)
    is_personal = tax_code is not None and tax_codes.is_personal(tax_code)
    organisation.tax_code = None if is_personal else tax_code
    organisation.personal_tax_sealed = (
        sealing.seal(PERSONAL_TAX, tax_code) if tax_code is not None and is_personal else None
    )


def free_slug(session: Session, name: str, code: str) -> str:
    """An address for the public page, from the name; with the code when the name is taken."""
    slug = "-".join(words(name))[:100].strip("-") or code.lower()
    # Two of the same name entered at once wait for each other here.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:slug))"), {"slug": slug})
    taken = session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    return slug if taken is None else f"{slug}-{code.lower()}"


def read_tax_code(organisation: Organisation) -> str | None:
    """The tax code, a household's sealed one included: not for public pages."""
    if organisation.personal_tax_sealed is not None:
        return sealing.unseal(PERSONAL_TAX, organisation.personal_tax_sealed)
    return organisation.tax_code
