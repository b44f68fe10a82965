"""How far other servers are trusted: decided by hand, and by what several lists agree on."""
