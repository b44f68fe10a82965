"""What goes out: what our actors say, to whom, and how it is delivered."""
