"""Fixtures for every test: a clean environment, and the recorded data where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

# Time belongs into benchmarks: a busy machine must not fail a test.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "Northstar",
    "POWERTOOLS_METRICS_DISABLED": "false",
}
for _name in [*os.environ]:
    if _name in {"AWS_PROFILE", "AWS_ENDPOINT_URL"} or _name.startswith("NORTHSTAR_"):
        del os.environ[_name]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The recorded payloads and labelled texts beside the project; skips where they are absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the recorded data (../shared/data) is not on this machine")
    return folder
