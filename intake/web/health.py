"""Whether the app lives, whether it can do its work, and what it counted: for machines, without anybody's data."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from typing import cast

from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from intake import measures
from intake.config import Settings
from intake.extensions import end_session
from intake.services import health
from intake.web.guard import desk

blueprint = Blueprint("health", __name__)
STATES = ("queued", "running", "done", "failed", "cancelled")
log = logging.getLogger("intake")


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status=health.OK)


@blueprint.get("/health/ready")
@blueprint.get("/health", endpoint="alias")
def ready() -> tuple[Response, int]:
    """Whether the server can do its work. What works in the background is told, and keeps no page from being served."""
    try:
        found = health.checks(desk(), _settings().instance)
        silent = health.sign_of_life(desk()) if found["schema"] == health.OK else None
    except SQLAlchemyError as error:
        log.error("not ready: the database does not answer: %s", type(error).__name__)
        end_session()
        found, silent = {"database": health.FAILED}, None
    whole = all(state == health.OK for state in found.values())
    answer = {
        "status": health.OK if whole else health.FAILED,
        "checks": found,
        "background": {"seconds_since_sign_of_life": silent and round(silent.total_seconds())},
    }
    return jsonify(answer), 200 if whole else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """What was counted, for whoever holds the token of the settings; without one, the page does not exist."""
    token, given = _settings().metrics_token, request.headers.get("Authorization", "")
    if not token:
        abort(404)
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        answer = jsonify(status="refused")
        answer.status_code = 401
        answer.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return answer
    return Response(measures.written_out(_Now()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Now(Collector):
    """What is true at this moment."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        states: dict[str, int] = {}
        try:
            found = health.checks(desk(), _settings().instance)
            whole = all(state == health.OK for state in found.values())
            silent = None
            if found["schema"] == health.OK:
                states = health.jobs_by_state(desk())
                silent = health.sign_of_life(desk())
        except SQLAlchemyError:
            end_session()
            whole, silent = False, None
        yield GaugeMetricFamily("intake_ready", "Whether the server can do its work.", int(whole))
        jobs = GaugeMetricFamily("intake_jobs", "Work in the background.", labels=["state"])
        for state in STATES:
            jobs.add_metric([state], states.get(state, 0))
        if states or whole:
            yield jobs
        if silent is not None:
            yield GaugeMetricFamily(
                "intake_worker_heartbeat_age_seconds",
                "Seconds since a worker last gave a sign of life.",
                silent.total_seconds(),
            )


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["intake.settings"])


__all__ = ["blueprint"]
