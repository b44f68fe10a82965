"""Tables and columns are called as the code calls them"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = {
    "companion_boost": "bot_boost",
    "conduct": "board_rules",
    "draft": "unsent_post",
    "gathered": "hashtag_post",
    "gathered_tag": "followed_hashtag",
    "home": "home_server",
    "home_app": "home_server_app",
    "interest": "topic",
    "mark": "reaction",
    "matches": "reader_matches",
    "news": "notification",
    "notice": "direct_message",
    "quote_stamp": "quote_approval",
    "refusal": "opt_out",
    "saved": "bookmark",
    "service_follow": "bot_follow",
    "service_note": "bot_note",
    "shield": "mute",
    "sister": "linked_group",
    "spending": "fetch_budget",
    "thread_seen": "read_marker",
    "unnamed": "anonymous_question",
}
COLUMNS = {
    "board": {
        "stays_here": "is_local_only",
        "content_first": "hides_authors",
        "takes_unnamed": "takes_anonymous",
        "gathers": "hashtags_followed",
    },
    "service_follow": {"service": "bot"},
    "service_note": {"service": "bot"},
    "hearing": {"twin_id": "duplicate_of_id"},
    "reader": {"content_first": "hides_authors"},
    "report_case": {"harm": "severity"},
    "fetch_task": {"sister_uri": "linked_group_uri"},
    "inbound_activity": {"road": "proof", "sister_uri": "linked_group_uri", "answers_uri": "replies_to_uri"},
    "thread": {"sister_uri": "linked_group_uri", "is_unnamed": "is_anonymous"},
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for old, new in TABLES.items():
        op.rename_table(old, new)
        if op.get_bind().dialect.name == "postgresql":
            _rename_on_postgresql(old, new)
        else:
            _rename_on_sqlite(old, new)


def _named_after(name: str, old: str, new: str) -> str:
    """What a constraint or index is called once its table is called `new`: the convention puts that second."""
    kind, _, rest = name.partition("_")
    if rest == old:
        return f"{kind}_{new}"
    if not rest.startswith(f"{old}_") or rest.startswith(f"{new}_"):
        return name
    columns = rest.removeprefix(old)
    for before, after in COLUMNS.get(old, {}).items():
        columns = columns.replace(f"_{before}_", f"_{after}_")
    return f"{kind}_{new}{columns}"


def _rename_on_postgresql(old: str, new: str) -> None:
    """Names alone: no row is touched."""
    constraints = sa.text("SELECT conname FROM pg_constraint WHERE conrelid = CAST(:table AS regclass)")
    for (name,) in op.get_bind().execute(constraints, {"table": new}).all():
        if _named_after(name, old, new) != name:
            op.execute(f'ALTER TABLE {new} RENAME CONSTRAINT "{name}" TO "{_named_after(name, old, new)}"')
    for index in sa.inspect(op.get_bind()).get_indexes(new):
        name = index["name"]
        if _named_after(name, old, new) != name:
            op.execute(f'ALTER INDEX "{name}" RENAME TO "{_named_after(name, old, new)}"')


def _rename_on_sqlite(old: str, new: str) -> None:
    """SQLite writes a constraint's name into the table, so that the table is made anew; its rows are copied."""
    inspector = sa.inspect(op.get_bind())
    uniques = inspector.get_unique_constraints(new)
    indexes = [one for one in inspector.get_indexes(new) if not one.get("duplicates_constraint")]
    with op.batch_alter_table(new, recreate="always") as table:
        for one in uniques:
            if _named_after(one["name"], old, new) != one["name"]:
                table.drop_constraint(one["name"], type_="unique")
                table.create_unique_constraint(_named_after(one["name"], old, new), one["column_names"])
    for one in indexes:
        op.drop_index(one["name"], new)
        op.create_index(
            _named_after(one["name"], old, new), new, one["column_names"], unique=bool(one["unique"]),
            **one.get("dialect_options", {}),
        )  # fmt: skip
