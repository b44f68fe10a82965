"""What this forum is called, who runs it, under which address, and how it looks."""
