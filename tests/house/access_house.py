"""The house as the access matrix calls it: every route, asked as a browser or a program would."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from app.factory import create_app
from foundation import config
from foundation.form_tokens import FIELD
from foundation.web import Guard, guard_of
from tests.accounts.browser import form_token
from tests.house import (
    access_cartons,
    access_complaints,
    access_copies,
    access_diary,
    access_dossiers,
    access_epcis,
    access_handling,
    access_items,
    access_labels,
    access_ledger,
    access_packing,
    access_quality,
    access_sensors,
)
from tests.house.access_api import API
from tests.house.access_pages import PAGES
from tests.house.access_personas import Place
from tests.house.access_things import World

PLACES = {
    **PAGES,
    **API,
    **access_diary.PAGES,
    **access_diary.API,
    **access_packing.PAGES,
    **access_packing.API,
    **access_complaints.PAGES,
    **access_complaints.API,
    **access_quality.PAGES,
    **access_quality.API,
    **access_dossiers.PAGES,
    **access_dossiers.API,
    **access_epcis.PAGES,
    **access_items.PAGES,
    **access_copies.PAGES,
    **access_items.API,
    **access_cartons.PAGES,
    **access_cartons.API,
    **access_labels.PAGES,
    **access_sensors.PAGES,
    **access_ledger.PAGES,
    **access_ledger.API,
    **access_sensors.API,
    **access_epcis.API,
    **access_handling.PAGES,
    **access_handling.API,
}


@dataclass(frozen=True)
class Route:
    """One rule under one method."""

    method: str
    rule: str
    guard: Guard
    has_path: bool

    @property
    def key(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def is_api(self) -> bool:
        return self.rule.startswith(("/api/", "/epcis"))

    def cases(self) -> dict[str, Place]:
        """The ways this route is called; a route without a path needs no entry in the lists."""
        found = {k: place for k, place in PLACES.items() if k.split(" #")[0] == self.key}
        return found or ({} if self.has_path else {self.key: Place()})


@cache
def routes() -> dict[str, Route]:
    """Every route of the house, by method and rule."""
    settings = {"NGUON_SECRET_KEY": "k" * 48, "NGUON_DATA_DIR": tempfile.gettempdir()}
    app = create_app(config.read(settings))
    found = [
        Route(method, rule.rule, guard, bool(rule.arguments - set(rule.defaults or ())))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if (guard := _guard(app, rule.endpoint, method)) is not None
    ]
    return {route.key: route for route in sorted(found, key=lambda route: route.key)}


def _guard(app: Flask, endpoint: str, method: str) -> Guard | None:
    view = app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    return guard_of(getattr(view_class, method.lower(), view) if view_class else view)


@dataclass
class House:
    """The application over the prepared world; whatever a call does is undone after it."""

    app: Flask
    connection: Connection
    world: World

    def call(self, route: Route, place: Place, persona: str) -> TestResponse:
        """The answer to one call."""
        undo = self.connection.begin_nested()
        try:
            return self._ask(route, place, persona)
        finally:
            undo.rollback()

    def _ask(self, route: Route, place: Place, persona: str) -> TestResponse:
        client = self.app.test_client()
        body = self.world.fill(dict(place.body))
        asked: dict[str, Any] = {
            "method": route.method,
            "query_string": self.world.fill(dict(place.query)),
        }
        if route.is_api:
            bearer = self.world.bearers.get(persona)
            asked["headers"] = {"Authorization": f"Bearer {bearer}"} if bearer else {}
            asked |= {"json": body} if body and not place.files else {}
        elif persona in self.world.cookies:
            client.set_cookie("nguon", self.world.cookies[persona])
        token = {} if route.is_api else {FIELD: form_token(client)}
        if place.files:
            asked["data"] = {**body, **_uploads(place), **token}
        elif not route.is_api and route.method != "GET":
            asked["data"] = {**body, **token}
        return client.open(self._path(route.rule, place.path), **asked)

    def _path(self, rule: str, parts: Mapping[str, str]) -> str:
        """The address of a rule with its parts filled in."""
        built = rule
        for name, value in self.world.fill(dict(parts)).items():
            end = built.index(f"{name}>")
            start = built.rindex("<", 0, end)
            built = built[:start] + str(value) + built[end + len(name) + 1 :]
        return built


def _uploads(place: Place) -> dict[str, tuple[io.BytesIO, str]]:
    return {key: (io.BytesIO(content), name) for key, (name, content) in place.files.items()}
