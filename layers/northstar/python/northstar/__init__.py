"""Northstar: from a solved ticket and a public review to one honest goal page."""
