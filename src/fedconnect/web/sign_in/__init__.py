"""Sign in with the account you have: type where you live, confirm there, come back."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.sign_in import (
    begin,
    callback,
    sign_out,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    begin.blueprint,
    callback.blueprint,
    sign_out.blueprint,
)
