"""Tables of people, organisations and what they may do for each other."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts import access_models
from accounts.register import models as register_models
from foundation.db import Base

ORGANISATION_KINDS = ("cooperative", "household", "enterprise", "agency")
TAX_TYPES = ("cooperative", "company", "household", "individual", "public")
ORGANISATION_STATUSES = ("unverified", "verified", "suspended")
MEMBER_ROLES = ("manager", "staff", "seller")
GRANT_ROLES = ("admin", "officer", "inspector", "council", "tech_team", "survey_taker")


class Person(Base):
    """Somebody who can sign in, by telephone number or by e-mail."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="contact"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400), index=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(16), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The last time step a code was accepted for: a code seen over a shoulder opens nothing.
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None


class Organisation(Base):
    """A cooperative, household, enterprise or agency, which owns areas, batches and offers.

    ``tax_code`` is the public register's number; a household's tax number is its head's
    identification number and is kept sealed in ``personal_tax_sealed``.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('cooperative', 'household', 'enterprise', 'agency')", name="kind"
        ),
        CheckConstraint("status IN ('unverified', 'verified', 'suspended')", name="status"),
        CheckConstraint("gln IS NULL OR gln ~ '^[0-9]{13}$'", name="gln_form"),
        CheckConstraint(
            "gs1_prefix IS NULL OR gs1_prefix ~ '^[0-9]{6,12}$'", name="gs1_prefix_form"
        ),
        Index(None, "province_code", "commune_code"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400), index=True)
    sort_key: Mapped[str] = mapped_column(String(600, collation="C"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    tax_type: Mapped[str] = mapped_column(String(16))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    tax_code: Mapped[str | None] = mapped_column(String(14), index=True)
    gln: Mapped[str | None] = mapped_column(String(13), unique=True)
    gs1_prefix: Mapped[str | None] = mapped_column(String(12), unique=True)
    gs1_prefix_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    gs1_prefix_confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL")
    )
    personal_tax_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    representative: Mapped[str | None] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(16), default="unverified")
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))

    @property
    def organisation_id(self) -> int:
        """So that an organisation answers "whose is it?" like every row it owns."""
        return self.id

    @property
    def is_verified(self) -> bool:
        return self.status == "verified"


class Membership(Base):
    """A person's role in an organisation; one row per role, kept after it ended."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role IN ('manager', 'staff', 'seller')", name="role"),
        Index(
            "uq_memberships_current",
            "organisation_id",
            "person_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    person: Mapped[Person] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class RoleGrant(Base):
    """A role on the platform itself, over a territory where the role has one."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "role IN ('admin', 'officer', 'inspector', 'council', 'tech_team', 'survey_taker')",
            name="role",
        ),
        CheckConstraint("role = 'admin' OR scope_unit_code IS NOT NULL", name="scope"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    scope_unit_code: Mapped[str | None] = mapped_column(String(8))
    granted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class Consent(Base):
    """What a person or a household agreed to: purpose, wording, channel, and for how long.

    Source: Law 91/2025/QH15 art. 9 (consent is given per purpose, can be shown, and can be
    withdrawn).
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, organisation_id) = 1", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL")
    )


class AuditEntry(Base):
    """An officer's override or look at personal data: who, what, on whom, why."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "subject", "happened_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    # No reference: an entry must survive, unchanged, the account it names.
    person_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


__all__ = [
    "AuditEntry",
    "Consent",
    "Membership",
    "Organisation",
    "Person",
    "RoleGrant",
    "access_models",
    "register_models",
]
