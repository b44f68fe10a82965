"""Alembic's environment: the core's tables and, in branches of their own, the plugins'."""

from alembic import context
from sqlalchemy import create_engine, event, pool

from fedconnect.models.all import Row

config = context.config
url = config.get_main_option("sqlalchemy.url")

if context.is_offline_mode():
    context.configure(url=url, target_metadata=Row.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":  # pysqlite commits before DDL unless we say BEGIN ourselves

        @event.listens_for(engine, "connect")
        def on_connect(connection, _record):
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def on_begin(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Row.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
