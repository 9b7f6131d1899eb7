"""What a resolver offers about a thing: links of many kinds, of which one is asked for. PURE.

Source: GS1-Conformant Resolver Standard (link types, language and context choose; what cannot be
told apart is offered as a choice), RFC 9264 (link sets).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

VOCABULARY = "https://gs1.org/voc/"
# The vocabulary's addresses, as readers write them.
_PREFIXES = ("gs1:", VOCABULARY, "http://gs1.org/voc/", "https://ref.gs1.org/voc/",
             "https://www.gs1.org/voc/", "http://www.gs1.org/voc/")  # fmt: skip
DEFAULT = "defaultLink"


@dataclass(frozen=True)
class Target:
    """A link: its type (``traceability``), where it leads, what it is called.

    Our own titles are sentences to be translated, an owner's stand as typed. ``languages`` are
    those of the page it leads to, none when it does not matter; ``is_owners`` parts what the
    thing's owner entered from what we offer ourselves.
    """

    link_type: str
    href: str
    title: str
    languages: tuple[str, ...] = ()
    media_type: str = "text/html"
    contexts: tuple[str, ...] = ()
    is_owners: bool = False


@dataclass(frozen=True)
class Wish:
    """What a reader asks for: a type of link, languages in order of preference, a context."""

    link_type: str
    languages: tuple[str, ...] = ()
    context: str = ""
    media_types: tuple[str, ...] = ()


def type_name(text: str) -> str | None:
    """The bare name of a link type however it is written; None for another vocabulary's."""
    for prefix in _PREFIXES:
        if text.startswith(prefix):
            name = text.removeprefix(prefix)
            return name if re.fullmatch("[A-Za-z]{1,60}", name) else None
    return None


def choose(targets: Iterable[Target], wish: Wish) -> list[Target]:
    """The links that answer a wish: none, the one, or several that nothing tells apart."""
    left = [each for each in targets if each.link_type == wish.link_type]
    if wish.context:
        left = _narrowed(left, [each for each in left if wish.context in each.contexts])
    left = _by_language(left, wish.languages)
    if wish.media_types:
        left = _narrowed(left, [each for each in left if each.media_type in wish.media_types])
    owners = [each for each in left if each.is_owners]
    # What the owner put there stands before what we would offer of the same kind.
    return _narrowed(left, owners)


def _narrowed(all_of_them: list[Target], some: list[Target]) -> list[Target]:
    return some or all_of_them


def _by_language(targets: list[Target], languages: Sequence[str]) -> list[Target]:
    """Those of the reader's first language for which there are any."""
    for wanted in languages:
        bare = wanted.partition("-")[0].lower()
        exact = [t for t in targets if wanted.lower() in map(str.lower, t.languages)]
        near = [t for t in targets if bare in {one.partition("-")[0] for one in t.languages}]
        if exact or near:
            return exact or near
    return targets


def link_set(
    anchor: str, description: str, targets: Sequence[Target], default: Target
) -> dict[str, Any]:
    """All links of a thing (RFC 9264), exactly one of them the default.

    Addresses are whole and titles in the reader's language already.
    """
    entry: dict[str, Any] = {
        "anchor": anchor,
        "itemDescription": description,
        VOCABULARY + DEFAULT: [{"href": default.href, "title": default.title}],
    }
    for target in targets:
        entry.setdefault(VOCABULARY + target.link_type, []).append(_link(target))
    return {"linkset": [entry]}


def _link(target: Target) -> dict[str, Any]:
    link: dict[str, Any] = {"href": target.href, "title": target.title}
    if target.media_type:
        link["type"] = target.media_type
    if target.languages:
        link["hreflang"] = list(target.languages)
    if target.contexts:
        link["context"] = list(target.contexts)
    return link
