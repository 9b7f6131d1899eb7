"""The child process that judges what somebody brought: limited memory, limited time, no secret.

``python -m ledger.bundle_reader`` takes one line of JSON (the keys of the log) and then the file on
stdin, and answers the judgement as JSON on stdout. A kill by the limits counts as too heavy.
"""

import json
import resource
import sys
from dataclasses import asdict
from datetime import datetime

from ledger.judging import Term, judge

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10


def main() -> int:
    """Read stdin, write the judgement."""
    _limit()
    trusted = [
        Term(bytes.fromhex(key), datetime.fromisoformat(until) if until else None)
        for key, until in json.loads(sys.stdin.buffer.readline())
    ]
    judgement = judge(sys.stdin.buffer.read(), trusted)
    # Lone surrogates travel escaped.
    sys.stdout.write(json.dumps(asdict(judgement)))
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
