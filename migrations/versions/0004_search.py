"""An index of words: FTS5 in SQLite, a GIN index in PostgreSQL; upkeep enters what is there already"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize='unicode61')")
        return
    op.execute("CREATE TABLE search_words (post_id bigint PRIMARY KEY, words text NOT NULL)")
    op.execute("CREATE INDEX ix_search_words ON search_words USING gin (to_tsvector('simple', words))")
