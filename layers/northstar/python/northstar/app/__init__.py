"""The use cases, one module per verb, written against the small protocols in `ports`."""
