"""Runs `infra/template.yaml` on one machine: no container, no account, no network."""
