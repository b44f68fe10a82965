"""Whether a text sounds as if somebody were in danger: a small linear classifier for each of three languages."""
