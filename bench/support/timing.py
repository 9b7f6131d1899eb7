"""Timing candidates side by side: turn about, so that a busy machine bothers all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def interleaved(
    candidates: Mapping[str, Callable[[Any], Any]], questions: Sequence[Any], rounds: int
) -> dict[str, np.ndarray]:
    """Milliseconds of every answer of every candidate, after one unmeasured round."""
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds + 1):
        for question in questions:
            for name, answer in candidates.items():
                started = time.perf_counter()
                answer(question)
                if turn:
                    taken[name].append((time.perf_counter() - started) * 1000)
    return {name: np.array(found) for name, found in taken.items()}


def p50(found: np.ndarray) -> float:
    """The median."""
    return float(np.percentile(found, 50))


def p99(found: np.ndarray) -> float:
    """What one in a hundred takes longer than."""
    return float(np.percentile(found, 99))
