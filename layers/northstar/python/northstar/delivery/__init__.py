"""Delivery: how a message reaches a person."""
