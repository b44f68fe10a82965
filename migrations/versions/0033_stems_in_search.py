"""The search index is made anew, with the stems of words"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM search_words")  # upkeep enters what is missing, twenty posts at a time
