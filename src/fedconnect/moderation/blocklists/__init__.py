"""How far other servers are trusted: by hand, and by lists that others keep."""
