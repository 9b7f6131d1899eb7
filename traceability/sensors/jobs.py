"""Background work of sensors: months to come made ready, old ones dropped."""

from typing import Any

import structlog

from foundation import clock, config, db
from foundation.jobs import Progress, job
from traceability.sensors.arriving import months
from traceability.sensors.drawing import day_records, summaries
from traceability.sensors.judging import letters
from traceability.sensors.judging.alarms import JOB
from traceability.sensors.models import Sensor

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


@job(JOB, cron="7 * * * *")
def tell_alarms(payload: dict[str, Any], progress: Progress) -> None:
    """Write to managers of alarms that began or ended; every hour remind of those that last."""
    with db.transaction() as session:
        told = letters.tell(session, now=clock.now())
    if told:
        log.info("sensor_alarms_told", alarms=told)


@job("sensors.draw_summaries", cron="50 18 * * *")
def draw_summaries(payload: dict[str, Any], progress: Progress) -> None:
    """Draw hours and days of sensors that have none: readings from before there were any."""
    with db.reading() as session:
        undrawn = summaries.undrawn(session)
    for sensor_id in undrawn:
        with db.transaction() as session:
            sensor = session.get_one(Sensor, sensor_id)
            summaries.draw_anew(session, sensor, since=months.kept_since(session))


@job("sensors.record_days", cron="30 19 * * *")
def record_days(payload: dict[str, Any], progress: Progress) -> None:
    """Commit the closed days of sensors that trace pages show to the ledger."""
    recorded = day_records.BATCH
    while recorded == day_records.BATCH:
        with db.transaction() as session:
            recorded = day_records.record(session, now=clock.now())
