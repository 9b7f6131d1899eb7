"""Everything there is to say about a URI: the strict verdict, and its other forms. PURE."""

from dataclasses import dataclass

from traceability.linking import compression, identifiers, judging
from traceability.linking.compression import Opened
from traceability.linking.judging import Element, Judged
from traceability.linking.packing import Unreadable


@dataclass(frozen=True)
class Verdict:
    """``compressed`` is the short form of a well-formed URI; ``decompressed`` the long form of a
    compressed one, which the strict verdict refuses as it stands."""

    judged: Judged
    compressed: str | None
    decompressed: str | None


def consider(uri: str) -> Verdict:
    """Judge a URI and give its other forms."""
    judged = judging.judge(uri)
    if not judged.is_valid:
        return Verdict(judged, None, open_compressed(uri))
    part = compression.compress((*judged.path, *judged.attributes))
    query = "&".join(judged.ignored)
    short = f"{judged.stem}/{part}" + (f"?{query}" if query else "")
    return Verdict(judged, short, None)


def open_compressed(uri: str) -> str | None:
    """The long form of a compressed URI, whole or behind a key in full; None when it is none."""
    body = uri.partition("#")[0]
    front, _, query = body.partition("?")
    host_path = front.partition("://")[2]
    if "/" not in host_path:
        return None
    stem, _, part = front.rpartition("/")
    try:
        opened = _opened(stem, part)
    except Unreadable:
        return None
    long, stem = opened
    whole = compression.uncompressed("", stem, long)
    if query:
        whole += ("&" if "?" in whole else "?") + query
    return whole if judging.judge(whole).is_valid else None


def _opened(stem: str, part: str) -> tuple[Opened, str]:
    """What the last part says, with the key before it when it stands there in full."""
    front, _, value = stem.rpartition("/")
    root, _, key = front.rpartition("/")
    if identifiers.is_key(key):
        return compression.decompress_behind(Element(key, value), part), root
    return compression.decompress(part), stem


def title(ai: str) -> str:
    """GS1's short title of an application identifier."""
    found = identifiers.find(ai)
    return found.title if found else ""
