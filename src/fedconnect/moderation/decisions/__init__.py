"""What follows from a decision: the public log, the message to its author, the appeal, taking it back."""
