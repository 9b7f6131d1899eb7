"""The browser's cart: a random token in a cookie, nothing else."""

from flask import Response, current_app, request

from foundation.config import Config

_DAYS = 60


def read() -> str | None:
    """The token this browser sent, if it looks like one of ours."""
    sent = request.cookies.get(_name(), "")
    return sent if 30 <= len(sent) <= 40 and sent.isascii() else None


def put(response: Response, token: str) -> Response:
    """Keep the token for two months from its last use."""
    response.set_cookie(
        _name(),
        token,
        max_age=_DAYS * 86_400,
        secure=_config().https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _name() -> str:
    """``__Host-`` binds the cookie to this host, but browsers accept it over TLS only."""
    return "__Host-nguon-cart" if _config().https else "nguon-cart"


def _config() -> Config:
    config: Config = current_app.config["NGUON"]
    return config
