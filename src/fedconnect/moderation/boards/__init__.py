"""How a board is looked after: its rules and settings, and the people who do it."""
