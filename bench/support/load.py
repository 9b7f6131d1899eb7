"""Load on a web server: ``wrk``, written in C, so that the generator is not what is measured.

Every request comes from a browser of its own kind, for a second look from the same one at the same
code would be no scan, and takes gzip as browsers do.
"""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
_SCRIPT = """
local paths, asked, agent = {}, 0, 0
function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  agent = tonumber(args[2])
end
function request()
  local at = asked % #paths + 1
  local browser = agent + math.floor(asked / #paths)
  asked = asked + 1
  return "GET " .. paths[at] .. " HTTP/1.1\\r\\nHost: bench\\r\\nUser-Agent: Mozilla/5.0 (Linux; "
    .. "Android 14) Chrome/129.0." .. browser .. " Mobile Safari/537.36\\r\\n"
    .. "Accept-Encoding: gzip, deflate, br\\r\\nAccept: text/html,*/*;q=0.8\\r\\n\\r\\n"
end
function done(summary, latency, requests)
  local e = summary.errors
  local wrong = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('\\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "bytes": %d,' ..
    ' "wrong": %d}\\n', summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, summary.bytes, wrong))
end
"""
# Each load has so many kinds of browsers for itself.
_browsers = itertools.count(0, 1_000)


@dataclass(frozen=True)
class Seen:
    """What a load saw."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    wrong: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def is_installed() -> bool:
    """Whether there is a ``wrk`` to load with."""
    return shutil.which("wrk") is not None


def put(folder: Path, port: int, paths: Sequence[str], seconds: float) -> Seen:
    """Ask for these addresses in turn, again and again, for so long. Exits where one is refused."""
    script, listed = folder / "load.lua", folder / "paths.txt"
    script.write_text(_SCRIPT)
    listed.write_text("\n".join(paths))
    command = [
        "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "60s", "-s", str(script),
        f"http://127.0.0.1:{port}", "--", str(listed), str(next(_browsers)),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"wrk: {done.stderr[-300:]}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    seen = Seen(told["requests"], told["seconds"], told["p50"], told["p99"], told["wrong"])
    if seen.wrong:
        sys.exit(f"wrk: {seen.wrong} of {seen.requests} went wrong, the first of {paths[0]}")
    return seen
