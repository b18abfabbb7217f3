"""Northstar: from a solved ticket and a public review to one honest goal page."""

__version__ = "0.1.0"
