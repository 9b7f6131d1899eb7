"""``create_app``: rooms, guards, errors and languages joined into one WSGI application."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api
from jinja2 import FileSystemLoader, pass_context
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from accounts.doors import current_actor
from accounts.permissions import may_anywhere
from api import openapi
from app import (
    addresses,
    admission,
    errors,
    fittings,
    idempotency,
    joins,
    navigation,
    rooms,
    security,
)
from app.admission import Admission
from app.story_door import StoryDoor
from foundation import clock, counting, form_tokens, i18n, web
from foundation import config as configuration
from foundation.config import Config
from foundation.places import folder

MAX_BODY = 12 * 1024 * 1024
MAX_FORM_TEXT = 2 * 1024 * 1024


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest, with our own errors instead of its."""

    ERROR_SCHEMA = openapi.ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Every refusal takes one road: ``app.errors``."""
        return errors.on_http_error(error)


def create_app(config: Config) -> Flask:
    """The WSGI application. The database must have been connected by the caller."""
    app = Flask("nguon", template_folder=None, static_folder=str(folder("static")))
    app.jinja_loader = FileSystemLoader(folder("templates"))
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-nguon-flash" if config.https else "nguon-flash",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_TEXT,
        MAX_FORM_PARTS=2_000,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        JSON_SORT_KEYS=False,
        **openapi.SETTINGS,
    )
    configuration.use(config)
    clock.shift(config.clock_offset)
    fittings.install(config)
    joins.install()
    errors.install(app)
    addresses.install(app)
    security.install(app, config)
    idempotency.install(app)
    for module in rooms.load(rooms.WORDING):
        i18n.register_wording(module.WORDING)
    rooms.load(rooms.MODELS)
    rooms.load(rooms.JOBS)
    for module in rooms.load(rooms.PAGES):
        app.register_blueprint(module.blueprint)
    api = ProblemApi(app)
    openapi.prepare(api)
    for module in rooms.load(rooms.API):
        api.register_blueprint(module.blueprint)
    _open_static_files(app)
    _prepare_templates(app)
    app.wsgi_app = _behind_doors(app, config)  # type: ignore[method-assign]
    return app


def _behind_doors(app: Flask, config: Config) -> Any:
    """What a request passes on its way in: the proxy's words, kept stories, a working place."""
    # A proxy sends bodies whole.
    of_one = None if config.trusted_proxies else admission.seats(config.web_threads) // 2
    admitting = Admission(app.wsgi_app, config.web_threads, MAX_BODY, of_one=of_one)
    door: Any = StoryDoor(admitting, app, config.web_threads)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        door = _OriginalUri(ProxyFix(door, x_for=hops, x_proto=hops, x_host=hops))
    return door


class _OriginalUri:
    """Keeps the undecoded path that a trusted proxy sends (``%2F`` inside a lot)."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        sent = environ.get("HTTP_X_ORIGINAL_URI")
        if sent:
            environ["nguon.original_uri"] = sent
        return self.inner(environ, start_response)


def _open_static_files(app: Flask) -> None:
    """The view that Flask registers cannot carry our marker itself."""
    view = app.view_functions["static"]

    def opened(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    app.view_functions["static"] = web.public(opened)


def _grouped(ngettext: Any) -> Any:
    """A count inside a sentence is written as every other number: 1.672 gói."""

    @pass_context
    def counted(context: Any, singular: str, plural: str, count: int, **params: Any) -> Any:
        params.setdefault("num", i18n.number(count))
        return ngettext(context, singular, plural, count, **params)

    return counted


def _prepare_templates(app: Flask) -> None:
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: i18n._(message),
        i18n.plural_form,
        newstyle=True,
    )
    env.globals["ngettext"] = _grouped(env.globals["ngettext"])
    env.filters.update(
        vn_date=i18n.vn_date,
        vn_datetime=i18n.vn_datetime,
        day=i18n.day,
        moment=i18n.moment,
        duration=i18n.duration,
        number=i18n.number,
        tally=counting.tally,
        vnd=i18n.vnd,
        area=i18n.area,
        quantity=i18n.quantity,
        word=lambda finding: i18n.word(finding.code, finding.params),
    )
    app.context_processor(navigation.side_navigation)
    env.globals.update(
        csrf_token=form_tokens.csrf_token,
        current_actor=current_actor,
        may_anywhere=may_anywhere,
        page_url=web.page_url,
        get_language=i18n.get_language,
        many=i18n.many,
        languages=i18n.LANGUAGES,
        label_languages=i18n.OWN_NAMES,
        today=clock.today,
        operator=lambda: configuration.current().operator,
        demonstration=not app.config["NGUON"].production,
    )
