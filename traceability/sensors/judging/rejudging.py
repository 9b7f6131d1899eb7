"""Readings that came late: the stretch of time they change is judged once more. PURE.

Whatever order readings arrive in, the alarms at the end are those of all of them in the order in
which they were measured. Two watches go over the same readings, one with and one without the late
ones; where they see the same again, all that follows stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from traceability.sensors.judging import episodes, watching
from traceability.sensors.judging.episodes import NEVER, Episode, Kept
from traceability.sensors.judging.watching import Change, Measured, Rules, Watch, worse


@dataclass(frozen=True)
class Window:
    """Readings about the first late one: those before it, it and those after; the earliest first.

    ``has_first`` and ``has_last``: a sensor has none before and none after them.
    """

    before: Sequence[Measured]
    after: Sequence[Measured]
    has_first: bool
    has_last: bool


@dataclass(frozen=True)
class Judged:
    """The alarms of the stretch; its end; the watch, when it reaches to the newest reading."""

    kept: Kept
    until: Measured
    watch: Watch | None


@dataclass(frozen=True)
class _Start:
    """Where judging begins: after so many readings before, at which moment, seeing what."""

    skip: int
    at: datetime | None
    watch: Watch
    carried: Episode | None = None


@dataclass
class _Walk:
    """Both watches, and what changed under each."""

    new: Watch
    old: Watch
    changes: list[Change]
    unheard: list[Change]


def judge(
    window: Window,
    late: frozenset[Measured],
    stored: Sequence[Episode],
    rules: Rules,
    *,
    is_whole: bool = False,
) -> Judged | None:
    """Judge the stretch that late readings change; None when the window is too narrow for it.

    ``stored``: the alarms kept of the window's time, also overtaken ones. ``is_whole``: begin
    before an alarm that goes on, not in its midst.
    """
    valid = sorted((e for e in stored if not e.is_overtaken), key=lambda each: each.began_at)
    start = _start(window, valid, rules, is_whole=is_whole)
    if start is None or not late.intersection(window.after):
        return None
    rows = [*window.before[start.skip :], *window.after]
    walk = _Walk(start.watch, start.watch, [], [])
    reached = _walk(walk, rows, late, valid, rules)
    has_met = reached is not None
    if reached is None:
        if not window.has_last:
            return None
        reached = rows[-1]
        walk.new = watching.cut_off(walk.new, NEVER, rules, walk.changes)
    found = episodes.told(start.carried, walk.changes, walk.new)
    if _is_cut_short(start.carried, found):
        return judge(window, late, stored, rules, is_whole=True)
    if has_met and walk.new.excursion is not None:
        found[-1] = _joined(found[-1], _goes_on(walk.old, valid))
    own = _of_stretch(stored, start.at, reached.measured_at if has_met else NEVER)
    return Judged(episodes.match(found, own), reached, None if has_met else walk.new)


def _start(
    window: Window, valid: Sequence[Episode], rules: Rules, *, is_whole: bool
) -> _Start | None:
    """The latest reading before the late ones after which it is known what was watched."""
    following = window.after[0]
    for place in range(len(window.before) - 1, -1, -1):
        reading = window.before[place]
        at = reading.measured_at
        if at == following.measured_at:
            continue
        if rules.cut_between(at, following.measured_at) is not None:
            return _Start(place + 1, following.measured_at, Watch(reading))
        known = _known_after(reading, valid, rules)
        if known is not None and not (is_whole and known[1] is not None):
            return _Start(place + 1, at, *known)
        following = reading
    return _Start(0, None, Watch()) if window.has_first else None


def _known_after(
    reading: Measured, valid: Sequence[Episode], rules: Rules
) -> tuple[Watch, Episode | None] | None:
    at, bounds = reading.measured_at, rules.bounds_at(reading.measured_at)
    broken = bounds.broken_by(reading.value)
    lasting = next((each for each in valid if each.is_on(at)), None)
    if lasting is None:
        is_clear = broken is None and not any(each.is_watched(at) for each in valid)
        return (Watch(reading), None) if is_clear else None
    is_other_side = broken is not None and (reading.value > broken) != lasting.is_above
    if is_other_side or bounds.is_calm(reading.value, after_above=lasting.is_above):
        return None
    return Watch(reading, None, lasting.excursion), lasting


def _walk(
    walk: _Walk,
    rows: Sequence[Measured],
    late: frozenset[Measured],
    valid: Sequence[Episode],
    rules: Rules,
) -> Measured | None:
    """Follow the rows until both watches see the same; None when they never do."""
    final = max(place for place, reading in enumerate(rows) if reading in late)
    for place, reading in enumerate(rows):
        walk.new = watching.step(walk.new, reading, rules, walk.changes)
        if reading in late:
            continue
        walk.old = watching.step(walk.old, reading, rules, walk.unheard)
        is_end = place + 1 == len(rows) or rows[place + 1].measured_at == reading.measured_at
        if place > final and not is_end and _see_the_same(walk, valid):
            return reading
    return None


def _see_the_same(walk: _Walk, valid: Sequence[Episode]) -> bool:
    """Whether all that follows is the same for both, but for when a lasting alarm began."""
    new, old = walk.new, walk.old
    if (new.last, new.outside, new.calm_since) != (old.last, old.outside, old.calm_since):
        return False
    if new.excursion is None or old.excursion is None:
        return new.excursion is old.excursion
    if new.excursion.is_above != old.excursion.is_above:
        return False
    # One that began later than it was kept may have its worst before: its end must be seen.
    return new.excursion.began_at <= old.excursion.began_at and _goes_on(old, valid) is not None


def _goes_on(watch: Watch, valid: Sequence[Episode]) -> Episode | None:
    """The kept alarm that is watched."""
    excursion, last = watch.excursion, watch.last
    assert excursion is not None
    assert last is not None
    same = (excursion.is_above, excursion.began_at)
    on = (each for each in valid if each.is_on(last.measured_at))
    return next((each for each in on if (each.is_above, each.began_at) == same), None)


def _joined(episode: Episode, kept: Episode | None) -> Episode:
    """An alarm of the stretch goes on as the kept one does."""
    assert kept is not None
    return replace(
        episode,
        worst=worse(episode.is_above, episode.worst, kept.worst),
        ended_at=kept.ended_at,
        over_at=kept.over_at,
        over=None,
    )


def _is_cut_short(carried: Episode | None, found: Sequence[Episode]) -> bool:
    """Whether an alarm that began before the stretch ends earlier: its worst may lie after that."""
    if carried is None:
        return False
    ended_at = found[0].ended_at
    return ended_at is not None and ended_at < (carried.ended_at or NEVER)


def _of_stretch(
    stored: Sequence[Episode], start: datetime | None, until: datetime
) -> list[Episode]:
    """The kept alarms that were not over before a stretch of time and known before its end."""
    return [
        each
        for each in stored
        if (start is None or (each.over_at or NEVER) > start) and each.sure_at <= until
    ]
