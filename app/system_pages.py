"""What operators and balancers ask: alive, ready, metrics; failed jobs and their retry."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from accounts.doors import current_actor
from accounts.permissions import require
from app import security
from foundation import clock, db, jobs, schema, web
from foundation.errors import Forbidden
from foundation.i18n import _
from traceability.sensors.arriving import dead_letters

blueprint = Blueprint("system", __name__)

JOBS = Gauge("nguon_jobs", "Background jobs", ["state"])
DEAD_LETTERS = Gauge("nguon_sensor_dead_letters", "Messages of sensors that were set aside")


@blueprint.get("/healthz")
@web.public
def healthz() -> ResponseReturnValue:
    """The process is up."""
    return jsonify(status="up")


@blueprint.get("/readyz")
@web.public
def readyz() -> ResponseReturnValue:
    """The database answers and stands at this code's migration."""
    try:
        fits = schema.is_current(db.current().primary)
    except SQLAlchemyError:
        return jsonify(status="database unreachable"), 503
    if not fits:
        return jsonify(status="migrations missing"), 503
    return jsonify(status="ready")


@blueprint.get("/metrics")
@web.public
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus: to this machine, or to who shows the token."""
    token = current_app.config["NGUON"].metrics_token.encode()
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if not security.is_loopback() and not (token and hmac.compare_digest(sent, token)):
        raise Forbidden
    with db.reading() as session:
        for state, count in jobs.counts(session).items():
            JOBS.labels(state).set(count)
        DEAD_LETTERS.set(dead_letters.count(session))
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/admin")
@web.guarded("system.operate")
def admin() -> ResponseReturnValue:
    """The administrator's desk."""
    return redirect(url_for("system.failed_jobs"))


@blueprint.get("/admin/jobs")
@web.guarded("system.operate")
def failed_jobs() -> ResponseReturnValue:
    """Jobs that gave up, each with a retry; and how many wait or run."""
    with db.reading() as session:
        page = jobs.list_failed(session)
        counts = jobs.counts(session)
    return web.render("app/jobs.html", page=page, counts=counts)


@blueprint.post("/admin/jobs/<int:job_id>/retry")
@web.guarded("system.operate")
def retry_job(job_id: int) -> ResponseReturnValue:
    """Queue a failed job again."""
    require(current_actor(), "system.operate")
    with db.transaction() as session:
        jobs.retry(session, job_id, now=clock.now())
    web.flash_done(_("Đã xếp công việc %(job_id)s vào hàng chờ.", job_id=job_id))
    return redirect(url_for("system.failed_jobs"), 303)


@blueprint.get("/language/<language>")
@web.public
def choose_language(language: str) -> ResponseReturnValue:
    """Remember the reader's language on this device, and go back to where they were."""
    answer = redirect(web.safe_next(request.args.get("next"), "/"), 303)
    answer.set_cookie(
        security.LANGUAGE_COOKIE,
        "en" if language == "en" else "vi",
        max_age=365 * 24 * 3600,
        secure=security.response_config().https,
        httponly=True,
        samesite="Lax",
    )
    g.language = language
    return answer
