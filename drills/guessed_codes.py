"""Guess codes: none is accepted, and no answer tells by its words or its time how near a guess was.

.venv/bin/python -m drills.guessed_codes [--asked 3000] [--guesses 1000000] [--seed N]

Four kinds of wrong codes are asked for in random order on one connection: strangers with a right
check character, strangers with a wrong one, real serials with one character of their MAC changed
(the check character made right again), real serials with only the check character wrong. Bodies
are compared, but for the code they repeat; times by medians and by the chance that an answer of
one kind takes longer than one of another (0.5: nothing is learned), with the spread that pure
chance gives it (Mann and Whitney 1947). The guesses themselves are looked up in the table.
"""

from __future__ import annotations

import argparse
import http.client
import secrets
import statistics
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import text

from drills.house import PATIENCE_S
from drills.lost_scans import Scene
from foundation import codes
from traceability.labels.serials import LENGTH

# So far from an even chance, in spreads of pure chance, and something is learned.
TOLD_BY_TIME = 5.0
_AT_ONCE = 100_000
_AGENT = "Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537.36"


@dataclass
class Outcome:
    """What was asked and what it told."""

    accepted: int = 0
    guessed: int = 0
    took_ms: dict[str, list[float]] = field(default_factory=dict)
    bodies: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)

    def lines(self) -> list[str]:
        """For people."""
        first, *others = self.took_ms
        return [
            f"guessed_codes: {self.guessed:,} guesses, {self.accepted} accepted;"
            f" statuses {sorted(self.statuses)}, {len(self.bodies)} different body",
            *(
                f"{kind}: {len(took)} answers, median {statistics.median(took):.2f} ms"
                for kind, took in self.took_ms.items()
            ),
            *(
                f"{kind} against {first}: longer with chance {chance:.3f},"
                f" {abs(chance - 0.5) / spread:.1f} spreads from an even one"
                for kind, (chance, spread) in self.chances(first, others).items()
            ),
        ]

    def chances(self, first: str, others: list[str]) -> dict[str, tuple[float, float]]:
        """By kind: how likely its answer takes longer than one of the first, and the spread."""
        return {kind: longer(self.took_ms[kind], self.took_ms[first]) for kind in others}

    @property
    def wrong(self) -> list[str]:
        """What should not be."""
        first, *others = self.took_ms
        told = [
            f"times tell {kind} from {first}"
            for kind, (chance, spread) in self.chances(first, others).items()
            if abs(chance - 0.5) > TOLD_BY_TIME * spread
        ]
        if self.accepted:
            told.append("a guess was accepted")
        if len(self.bodies) != 1 or len(self.statuses) != 1:
            told.append("answers differ")
        return told


def longer(these: list[float], those: list[float]) -> tuple[float, float]:
    """The chance that one of these is longer than one of those; its spread were both alike."""
    ordered = sorted(those)
    wins = sum((bisect_left(ordered, each) + bisect_right(ordered, each)) / 2 for each in these)
    spread = ((len(these) + len(those) + 1) / (12 * len(these) * len(those))) ** 0.5
    return wins / (len(these) * len(those)), spread


def kinds(real: list[str], chance: Random) -> dict[str, str]:
    """One wrong code of each kind."""
    stranger, near = codes.new_code(LENGTH, chance), chance.choice(real)
    at = chance.randrange(len(near) - 1)
    body = near[:at] + _other(near[at], chance) + near[at + 1 : -1]
    return {
        "strangers": stranger,
        "strangers of a wrong check character": stranger[:-1] + _other(stranger[-1], chance),
        "serials with one character changed": body + codes.check_character(body),
        "serials of a wrong check character": near[:-1] + _other(near[-1], chance),
    }


def _other(character: str, chance: Random) -> str:
    return chance.choice([each for each in codes.ALPHABET if each != character])


def drill(scene: Scene, asked: int, guesses: int, seed: int) -> Outcome:
    """Ask, compare, and guess in the table itself."""
    outcome, chance = Outcome(), Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", scene.house.port, timeout=PATIENCE_S)
    real = set(scene.codes)
    for turn in range(asked + asked // 10):
        wrong = list(kinds(scene.codes, chance).items())
        chance.shuffle(wrong)
        for kind, code in wrong:
            if code in real:
                continue
            took = _ask(connection, f"/t/{scene.batch}/{code}", code, outcome)
            # The first answers warm both sides up.
            if turn >= asked // 10:
                outcome.took_ms.setdefault(kind, []).append(took)
    outcome.took_ms = dict(sorted(outcome.took_ms.items(), key=lambda each: each[0] != "strangers"))
    for start in range(0, guesses, _AT_ONCE):
        _guess(scene, outcome, min(_AT_ONCE, guesses - start), chance)
    return outcome


def _ask(connection: http.client.HTTPConnection, path: str, code: str, outcome: Outcome) -> float:
    headers = {"User-Agent": _AGENT, "Accept": "text/html", "X-Request-Id": "the-same-one"}
    began = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    took = (time.perf_counter() - began) * 1000
    outcome.statuses.add(answer.status)
    outcome.bodies.add(body.replace(codes.grouped(code), "…").replace(code, "…"))
    return took


def _guess(scene: Scene, outcome: Outcome, count: int, chance: Random) -> None:
    guessed = [codes.new_code(LENGTH, chance) for _ in range(count)]
    with scene.engine.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM serials WHERE code = ANY(CAST(:guessed AS text[]))"),
            {"guessed": guessed},
        )
        outcome.accepted += found.scalar_one()
    outcome.guessed += count


def main() -> None:
    """Run it and say what was found; exit status 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asked", type=int, default=3_000)
    parser.add_argument("--guesses", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = parser.parse_args()
    sys.stdout.write(f"guessed_codes: seed {given.seed}\n")
    with tempfile.TemporaryDirectory(prefix="nguon-drill-") as name:
        scene = Scene(Path(name))
        try:
            outcome = drill(scene, given.asked, given.guesses, given.seed)
        finally:
            scene.close()
    told = [*outcome.lines(), *(f"WRONG: {line}" for line in outcome.wrong)]
    sys.stdout.write("\n".join(told) + "\n")
    sys.exit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
