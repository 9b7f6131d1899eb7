"""Every route is guarded, or stands on the list of public ones."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from accounts.permissions import TABLE
from foundation.web import Guard, guard_of

PUBLIC = Path(__file__).with_name("public_routes.txt")


def _guards(app: Flask) -> dict[str, Guard | None]:
    found: dict[str, Guard | None] = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        view_class = getattr(view, "view_class", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            inner = getattr(view_class, method.lower(), view) if view_class else view
            found[f"{method} {rule.rule}"] = guard_of(inner)
    return found


def test_every_route_has_a_guard(app: Flask) -> None:
    unguarded = [route for route, guard in _guards(app).items() if guard is None]

    assert unguarded == []


def test_public_routes_are_those_on_the_list(app: Flask) -> None:
    public = {route for route, guard in _guards(app).items() if guard and guard.kind == "public"}
    listed = {line for line in PUBLIC.read_text("utf-8").splitlines() if line.strip()}

    assert public - listed == set(), "public, but not on the list"
    assert listed - public == set(), "on the list, but not there or not public"


def test_every_guard_names_an_action_of_the_table(app: Flask) -> None:
    unknown = {
        route: guard.action
        for route, guard in _guards(app).items()
        if guard and guard.kind == "action" and guard.action not in TABLE
    }

    assert unknown == {}
