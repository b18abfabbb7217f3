"""Parts of the `northstar` command that are a room of their own."""
