"""The nightly backup, where ``NGUON_BACKUP_DIR`` says so, and the tidying of old previews."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from foundation import backup, clock, config, db, imports
from foundation.jobs import Progress, job

KEPT_BACKUPS = 14
_PREVIEWS_KEPT = timedelta(days=7)


@job("backup.nightly", cron="30 18 * * *")
def nightly(payload: dict[str, Any], progress: Progress) -> None:
    """Write tonight's backup (01:30 in Vietnam) and drop the oldest beyond two weeks."""
    settings = config.read()
    if not settings.backup_dir:
        return
    folder = Path(settings.backup_dir)
    url = db.current().primary.engine.url.render_as_string(hide_password=False)
    target = folder / f"nguon-{clock.today():%Y-%m-%d}.tar"
    if not target.exists():
        backup.make(url, settings, target, now=clock.now(), shown=progress.report)
    for old in sorted(folder.glob("nguon-????-??-??.tar"))[:-KEPT_BACKUPS]:
        old.unlink()


@job("imports.tidy", cron="15 18 * * *")
def tidy_imports(payload: dict[str, Any], progress: Progress) -> None:
    """Forget uploaded tables that nobody applied within a week."""
    with db.transaction() as session:
        imports.forget_unused(session, before=clock.now() - _PREVIEWS_KEPT)
