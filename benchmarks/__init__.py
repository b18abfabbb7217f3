"""Speed, size and cost, each against a named baseline and a stored budget."""
