"""What higher rooms add to pages and acts of this room; empty until ``app`` fills it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.models import Organisation


@dataclass(frozen=True)
class ProducerLink:
    """A line on a producer's public page: a growing area, a product, a stall."""

    label: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class ProducerSection:
    """Lines of one kind under their heading."""

    title: str
    links: tuple[ProducerLink, ...]


ProducerReader = Callable[[Session, Organisation], ProducerSection | None]

producer_sections: list[ProducerReader] = []

PrefixConfirmed = Callable[[Session, Organisation], None]

prefix_confirmed: list[PrefixConfirmed] = []
"""What is done in the transaction that confirms an organisation's company prefix."""
