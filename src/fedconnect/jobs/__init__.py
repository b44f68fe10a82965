"""One file, one job: `run()` drains rows. A job may be run twice, and knows nothing but the database."""
