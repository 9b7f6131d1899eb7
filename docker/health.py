"""Health of one container, by its part: `web` answers as ready, a `worker`'s heart beats.

Usage: python health.py web | worker; exits 0 when healthy, 1 with the reason when not.
"""

import os
import sys
import urllib.error
import urllib.request

import psycopg

# Several beats of foundation/worker.py; a worker that works long still beats.
_BEAT_SECONDS = 30


def main(part: str) -> str:
    """Give the reason for being unwell; empty when healthy."""
    if part == "web":
        return _web(int(os.environ.get("PORT", "8000")))
    return _worker(os.environ["NGUON_DATABASE_URL"].replace("+psycopg", ""))


def _web(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=4):
            return ""
    except urllib.error.HTTPError as error:
        return f"not ready: {error.read(200).decode(errors='replace')}"
    except OSError as error:
        return f"no answer: {error}"


def _worker(database_url: str) -> str:
    # The queue holds heartbeats without saying whose: with several workers on one database
    # this tells that at least one works, and Docker restarts those whose process ended.
    with psycopg.connect(database_url, connect_timeout=4) as connection:
        beating = connection.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [_BEAT_SECONDS],
        ).fetchone()
    return "" if beating and beating[0] else f"no worker beat within {_BEAT_SECONDS} s"


if __name__ == "__main__":
    reason = main(sys.argv[1])
    if reason:
        sys.exit(reason)
