"""What comes in, what goes out."""
