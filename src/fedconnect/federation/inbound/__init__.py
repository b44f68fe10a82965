"""What comes in: proven and kept, then prepared and applied."""
