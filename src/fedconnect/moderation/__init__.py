"""What moderators do: each action is permission, change, log row and event in one function."""
