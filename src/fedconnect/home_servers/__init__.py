"""What readers do through their own home servers, and the ways that lead there."""
