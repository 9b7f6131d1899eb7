"""Background work of sensors: months to come made ready, old ones dropped."""

from typing import Any

import structlog

from foundation import clock, config, db
from foundation.jobs import Progress, job
from traceability.sensors import months

log = structlog.get_logger()


@job("sensors.prepare_months", cron="20 18 * * *")
def prepare_months(payload: dict[str, Any], progress: Progress) -> None:
    """Make the partitions of the next months, long before their first reading."""
    with db.transaction() as session:
        months.prepare(session, now=clock.now())


@job("sensors.drop_months", cron="40 18 * * *")
def drop_months(payload: dict[str, Any], progress: Progress) -> None:
    """Drop readings whose time is over (NGUON_READINGS_MONTHS), whole months at once."""
    with db.transaction() as session:
        dropped = months.drop_old(session, config.current().readings_months, now=clock.now())
    for each in dropped:
        log.info("sensor_month_dropped", month=f"{each.month:%Y-%m}", readings=each.readings)
