"""Tables, one noun a file; children know their parents only."""
