"""create_app(): the web process."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from fedconnect import web, wiring
from fedconnect.foundation.logs import configure_log
from fedconnect.foundation.package_files import find_bundled
from fedconnect.foundation.settings import Settings, read_settings
from fedconnect.hooks import manager
from fedconnect.web import view_tracking
from fedconnect.web.assets import pack_assets
from fedconnect.web.authorized_fetch import set_authorized_fetch
from fedconnect.web.current_visit import install_visit_checks
from fedconnect.web.demo.door import DemoDoor, open_door
from fedconnect.web.errors import handle_errors
from fedconnect.web.headers import send_headers
from fedconnect.web.health import watch_health
from fedconnect.web.languages import speak_languages
from fedconnect.web.routes import register_blueprints
from fedconnect.web.template_filters import add_template_filters
from fedconnect.web.zero_bytes import refuse_zero_bytes


def create_app(settings: Settings | None = None, *, demo: DemoDoor | None = None) -> Flask:
    """Return the WSGI application, with this process's database, queue and plugins in place; the demo's pages where it is one.

    Raises:
        InvalidSettings: the settings cannot work.
    """
    settings = settings or read_settings()
    configure_log()
    wiring.install(settings)
    app = Flask(
        "fedconnect",
        template_folder=str(find_bundled("templates")),
        static_folder=str(Path(web.__file__).parent / "static"),
    )
    app.config.update(
        MAX_CONTENT_LENGTH=1 << 20,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=100,
        SEND_FILE_MAX_AGE_DEFAULT=600,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False
    register_blueprints(app, is_demo=demo is not None)
    app.jinja_env.globals["demo"] = None
    if demo is not None:
        open_door(app, demo)
    for name, blueprints in manager.collect("register_pages"):
        for blueprint in blueprints:
            app.register_blueprint(blueprint, url_prefix=f"/{name}")
    app.jinja_env.globals["plugin_links"] = [
        link for _, links in manager.collect("register_links") for link in links
    ]
    set_authorized_fetch(app, wanted=settings.authorized_fetch)
    refuse_zero_bytes(app)
    speak_languages(app)
    add_template_filters(app)
    view_tracking.add_seen_token(app)
    install_visit_checks(app, settings)
    pack_assets(app)
    handle_errors(app)
    watch_health(app, settings)
    send_headers(app, secure=settings.is_secure, forms_lead_to=demo.home if demo is not None else "")
    return app
