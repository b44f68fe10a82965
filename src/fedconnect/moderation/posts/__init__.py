"""What becomes of a post, and of an edit: one use case each, which every door calls. Facts, decision, rows."""
