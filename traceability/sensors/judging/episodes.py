"""Alarms as readings tell them, and which of the alarms that are kept each of them is. PURE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from traceability.sensors.judging.watching import Change, Excursion, Measured, Watch

NEVER = datetime(2400, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Episode:
    """An alarm from `began_at` to `ended_at`, known for sure from `sure_at` to `over_at`.

    `key`: the alarm it is kept as, if any. `is_overtaken`: it is kept because it was told, but
    readings that came later say otherwise. `sure` and `over`: by which readings it was judged just
    now.
    """

    is_above: bool
    limit: Decimal
    worst: Decimal
    began_at: datetime
    sure_at: datetime
    ended_at: datetime | None = None
    over_at: datetime | None = None
    key: int | None = None
    is_overtaken: bool = False
    sure: Measured | None = field(default=None, compare=False)
    over: Measured | None = field(default=None, compare=False)

    def is_on(self, moment: datetime) -> bool:
        """Whether the alarm was known and not yet over after the readings of a moment."""
        return self.sure_at <= moment < (self.over_at or NEVER)

    def is_watched(self, moment: datetime) -> bool:
        """The same, or on its way to be known."""
        return self.began_at <= moment < (self.over_at or NEVER)

    def meets(self, other: Episode) -> bool:
        """Whether both were outside on the same side at the same time."""
        if self.is_above != other.is_above:
            return False
        ends = (self.ended_at or NEVER, other.ended_at or NEVER)
        return self.began_at <= ends[1] and other.began_at <= ends[0]

    @property
    def excursion(self) -> Excursion:
        """As it is watched."""
        return Excursion(self.is_above, self.limit, self.worst, self.began_at)


def told(carried: Episode | None, changes: Sequence[Change], watch: Watch) -> list[Episode]:
    """The alarms that changes tell, the earliest first; the one that lasted before them is one."""
    found: list[Episode] = []
    # It goes on until a change says otherwise, whatever was known of its end.
    current = replace(carried, ended_at=None, over_at=None) if carried is not None else None
    for change in changes:
        if change.kind == "began":
            current = _begun(change)
        elif current is not None:
            found.append(_ended(current, change))
            current = None
    if current is not None and watch.excursion is not None:
        found.append(replace(current, worst=watch.excursion.worst))
    return found


def _begun(change: Change) -> Episode:
    excursion = change.excursion
    return Episode(
        excursion.is_above,
        excursion.limit,
        excursion.worst,
        excursion.began_at,
        change.sure_at,
        sure=change.reading,
    )


def _ended(episode: Episode, change: Change) -> Episode:
    return replace(
        episode,
        worst=change.excursion.worst,
        ended_at=max(change.at, episode.began_at),
        over_at=change.sure_at,
        over=change.reading,
    )


@dataclass(frozen=True)
class Kept:
    """What is to be kept of a stretch of time.

    ``episodes``: its alarms, with the key of the kept one that each of them is. ``overtaken``: kept
    ones that are none of them, each with the key of the one it is part of now, if any.
    """

    episodes: tuple[Episode, ...]
    overtaken: tuple[tuple[Episode, int | None], ...] = ()


def match(found: Sequence[Episode], stored: Sequence[Episode]) -> Kept:
    """Say which kept alarm each of those found is: the same, one that it meets, one once overtaken.

    No alarm that is kept is ever lost: it is one of those found, or part of one, or overtaken.
    """
    ordered = sorted(stored, key=lambda each: (each.began_at, each.over_at or NEVER))
    valid = [each for each in ordered if not each.is_overtaken]
    former = [each for each in ordered if each.is_overtaken]
    matched = list(found)
    for rows, is_same in ((valid, _begins_with), (valid, Episode.meets), (former, Episode.meets)):
        _take(matched, rows, is_same)
    keys = {each.key for each in matched}
    lost = [each for each in valid if each.key not in keys]
    return Kept(
        tuple(matched),
        tuple((each, next((n.key for n in matched if n.meets(each)), None)) for each in lost),
    )


def _begins_with(one: Episode, other: Episode) -> bool:
    return (one.is_above, one.began_at) == (other.is_above, other.began_at)


def _take(
    matched: list[Episode], rows: Sequence[Episode], is_same: Callable[[Episode, Episode], bool]
) -> None:
    """Give those found that have no key yet the key of a row that is theirs and nobody else's."""
    taken = {each.key for each in matched}
    for place, each in enumerate(matched):
        if each.key is not None:
            continue
        own = next((row for row in rows if row.key not in taken and is_same(each, row)), None)
        if own is not None:
            matched[place] = replace(each, key=own.key)
            taken.add(own.key)
