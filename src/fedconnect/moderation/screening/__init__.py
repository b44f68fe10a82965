"""What is looked at before it is shown: a board's rules, waves of spam, and many strangers at once."""
