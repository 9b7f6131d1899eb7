"""Acting: what every page of a dossier does with an act and with what forbids it."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import db, web
from foundation.errors import NguonError

Work = Callable[[Session, Actor], object]


def carry_out(
    work: Work, done: str, onward: str, again: Callable[[NguonError], ResponseReturnValue]
) -> ResponseReturnValue:
    """Do an act in one transaction and go on to ``onward``, telling that it is ``done``.

    An act that ends in one of several ways answers the sentence to tell instead.
    What forbids it is shown by ``again``, input kept; who may not know of the thing at all, or
    has no right to the act, gets the page for that instead.
    """
    try:
        with db.transaction() as session:
            told = work(session, current_actor())
    except NguonError as error:
        if error.status in (401, 403, 404):
            raise
        return again(error)
    web.flash_done(told if isinstance(told, str) else done)
    return redirect(onward, 303)
