"""The checker of history: what was acknowledged, held against the rows, with plain SQL."""

from __future__ import annotations

from typing import Any

import psycopg

from drills.clients import LABELS_ON_A_SHEET, Told
from drills.house import House

# Each must find nothing.
_NEVER = {
    "an order placed twice under one key": """
        SELECT address, count(*) FROM order_buyers GROUP BY address HAVING count(*) > 1""",
    "a checkout without order, buyer or lines": """
        SELECT g.code FROM order_groups g LEFT JOIN order_buyers b ON b.group_id = g.id
        LEFT JOIN orders o ON o.group_id = g.id LEFT JOIN order_lines l ON l.order_id = o.id
        WHERE b.group_id IS NULL OR l.id IS NULL""",
    "a line whose lots do not add up": """
        SELECT l.id FROM order_lines l LEFT JOIN lot_allocations a ON a.line_id = l.id
        GROUP BY l.id HAVING coalesce(sum(a.packs), 0) <> l.quantity""",
    "stock taken that is not the sum of its allocations, or more than there is": """
        SELECT b.code, s.taken, a.held, s.made FROM batches b
        LEFT JOIN batch_stocks s ON s.batch_id = b.id
        LEFT JOIN (SELECT batch_id, sum(quantity) AS held FROM lot_allocations
            WHERE state <> 'released' GROUP BY batch_id) a ON a.batch_id = b.id
        WHERE coalesce(s.taken, 0) <> coalesce(a.held, 0) OR s.used + s.taken > s.made
        OR s.batch_id IS NULL""",
    "an order whose total is not its lines'": """
        SELECT o.code FROM orders o JOIN order_lines l ON l.order_id = o.id
        GROUP BY o.id HAVING sum(l.total_vnd) <> o.items_vnd""",
    "a serial number given to two label orders": """
        SELECT j.id, k.id FROM label_jobs j JOIN label_jobs k
        ON j.batch_id = k.batch_id AND j.id < k.id
        AND j.first_serial < k.first_serial + k.label_count
        AND k.first_serial < j.first_serial + j.label_count""",
    "serials of a batch with a gap": """
        SELECT batch_id FROM label_jobs WHERE first_serial IS NOT NULL
        GROUP BY batch_id HAVING max(first_serial + label_count) - 1 <> sum(label_count)""",
    "a printed order without all its serials": """
        SELECT j.id FROM label_jobs j LEFT JOIN serials s ON s.batch_id = j.batch_id
        AND s.number BETWEEN j.first_serial AND j.first_serial + j.label_count - 1
        WHERE j.file_digest IS NOT NULL
        GROUP BY j.id HAVING count(s.number) <> j.label_count""",
    "a label order never printed": """
        SELECT j.id, q.status FROM label_jobs j
        LEFT JOIN procrastinate_jobs q ON q.id = j.queue_id WHERE j.file_digest IS NULL""",
    "a label order queued twice": """
        SELECT args, count(*) FROM procrastinate_jobs WHERE task_name = 'labels.render'
        GROUP BY args HAVING count(*) > 1""",
    "a job given up, or stuck with a worker that is gone": """
        SELECT j.id, j.task_name, j.status, j.attempts FROM procrastinate_jobs j
        LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.status = 'failed' OR j.status = 'doing'
        AND (w.id IS NULL OR w.last_heartbeat < now() - interval '10 seconds')""",
    "a code missing or given twice": """
        SELECT template, commune_code, min(serial), max(serial), count(*) FROM growing_area_codes
        WHERE serial IS NOT NULL GROUP BY template, commune_code
        HAVING min(serial) <> 1 OR max(serial) <> count(*)""",
    "an area in force without its code, or a code without its area": """
        SELECT a.id, a.status, a.code, c.code FROM growing_areas a
        FULL JOIN growing_area_codes c ON c.area_id = a.id
        WHERE a.code IS DISTINCT FROM c.code OR (a.status = 'approved') <> (a.code IS NOT NULL)""",
    "an area proposed twice under one key": """
        SELECT name FROM growing_areas GROUP BY name HAVING count(*) > 1""",
    "an approval that is not in the ledger exactly once": """
        SELECT c.code, count(e.subject) FROM growing_area_codes c LEFT JOIN ledger_entries e
        ON e.subject = c.code AND e.kind = 'area.approved'
        GROUP BY c.code HAVING count(e.subject) <> 1""",
}


def check(house: House, told: Told) -> list[str]:
    """Everything that is wrong, each in a sentence."""
    wrong = list(told.complaints)
    with psycopg.connect(house.database_url(), autocommit=True) as connection:
        for what, query in _NEVER.items():
            found = connection.execute(query.encode()).fetchall()
            if found:
                wrong.append(f"{what}: {len(found)}, first {found[0]}")
        wrong += _acknowledged(connection, told)
    verdict = house.nguon("ledger", "verify")
    if not verdict.startswith("ok"):
        wrong.append(f"ledger verify: {verdict.strip()}")
    return wrong


def _acknowledged(connection: psycopg.Connection[Any], told: Told) -> list[str]:
    """What clients were told exists must exist, as they were told."""
    wrong = []
    orders = dict(
        connection.execute(
            "SELECT b.address, g.code FROM order_groups g JOIN order_buyers b ON b.group_id = g.id"
        ).fetchall()
    )
    for key, code in told.orders.items():
        if orders.get(f"khóa {key}") != code:
            wrong.append(f"order lost: {key} {code}")
    jobs = {row[0]: row[1:] for row in connection.execute(
        "SELECT j.id, j.label_count, s.size_bytes FROM label_jobs j"
        " LEFT JOIN stored_files s ON s.digest = j.file_digest"
    )}  # fmt: skip
    for job_id, count in told.label_jobs.items():
        if job_id not in jobs or jobs[job_id][0] != count:
            wrong.append(f"label order lost: {job_id}")
        elif not jobs[job_id][1]:
            wrong.append(f"label order without its sheets: {job_id}")
        if told.printed.get(job_id) != -(-count // LABELS_ON_A_SHEET):
            wrong.append(f"sheets of {job_id}: {told.printed.get(job_id)} pages for {count}")
    codes = dict(connection.execute("SELECT area_id, code FROM growing_area_codes").fetchall())
    wrong += [
        f"code lost: area {area_id} {code}"
        for area_id, code in told.codes.items()
        if codes.get(area_id) != code
    ]
    return wrong + _carried_out_once(connection, told)


def _carried_out_once(connection: psycopg.Connection[Any], told: Told) -> list[str]:
    """As many label orders as keys that were carried out: none doubled, none lost."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM label_jobs),"
        " (SELECT count(*) FROM idempotent_answer WHERE key LIKE 'labels-%' AND status > 0)"
    ).fetchone()
    if row is None or row[0] != row[1] or row[0] < len(told.label_jobs):
        return [f"label orders and their keys: {row}, acknowledged {len(told.label_jobs)}"]
    return []


def open_jobs(house: House) -> int:
    """How many label orders still wait or are being printed."""
    with psycopg.connect(house.database_url(), autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE task_name = 'labels.render' AND status IN ('todo', 'doing')"
        ).fetchone()
    return int(row[0]) if row else 0
