"""What everything stands on: settings, clock, ids, errors, html, fetch, queue, database, secrets."""
