"""The composition root: environment, configuration, clients, logs. Nothing below imports it."""
