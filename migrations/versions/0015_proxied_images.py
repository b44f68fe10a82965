"""Pictures of other servers are called what they are; their rows stay as they are"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NAMES = {"pk_medium": "pk_proxied_image", "uq_medium_digest": "uq_proxied_image_digest"}


def upgrade() -> None:
    op.rename_table("medium", "proxied_image")
    if op.get_bind().dialect.name == "postgresql":
        for old, new in _NAMES.items():
            op.execute(f"ALTER TABLE proxied_image RENAME CONSTRAINT {old} TO {new}")
        return
    with op.batch_alter_table("proxied_image", recreate="always") as table:
        table.drop_constraint("uq_medium_digest", type_="unique")
        table.create_unique_constraint("uq_proxied_image_digest", ["digest"])
