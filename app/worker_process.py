"""The worker process of ``nguon serve``."""

from __future__ import annotations

from app.serving import run_worker
from foundation import config, logs


def main() -> None:
    """Run jobs until told to stop."""
    settings = config.read()
    logs.configure(settings.log_level)
    run_worker(settings)


if __name__ == "__main__":
    main()
