"""What a plugin may do: typed hooks (specs), frozen views that cross them, and their manager."""
