"""Bring the database to the newest form: the core's migrations, then each plugin's own branch."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.package_files import find_bundled
from fedconnect.foundation.settings import Settings
from fedconnect.hooks import manager


def migrate(settings: Settings, database: Database) -> bool:
    """Migrate where it is needed, in one transaction a step. Return whether anything was done."""
    configuration = alembic_config(settings, database.url)
    wanted = set(ScriptDirectory.from_config(configuration).get_heads())
    with database.writer.connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
    if present == wanted:
        return False
    command.upgrade(configuration, "heads")
    database.refresh_statistics()
    return True


def alembic_config(settings: Settings, url: str) -> Config:
    """Return Alembic's configuration; there is no alembic.ini to keep in step."""
    folders = [find_bundled("migrations") / "versions"]
    folders += [
        folder / "migrations"
        for folder in manager.plugin_folders(settings)
        if (folder / "migrations").is_dir()
    ]
    configuration = Config()
    configuration.set_main_option("script_location", str(find_bundled("migrations")))
    configuration.set_main_option("path_separator", "newline")
    configuration.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    configuration.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return configuration
