"""The rules of the product: pure functions and values, with no clock, network or environment."""
