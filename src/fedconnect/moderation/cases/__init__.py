"""What moderators are asked to look at: one row a subject, how urgent it is, and by when."""
