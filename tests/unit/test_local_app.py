"""The start of the local stack: what it accepts, and how it says no."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

import pytest

from local import app
from local.app import webhook_secret
from northstar.domain.errors import Invalid


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("", None),
    ],
)
def test_a_webhook_secret_is_taken(given: str, expected: str | None) -> None:
    """Base64 with and without its prefix is taken; nothing means that one is made."""
    assert webhook_secret({app.SECRET_VARIABLE: given}) == expected


@pytest.mark.parametrize("given", ["whsec_", "not base64!", "abc", "whsec_äöü="])
def test_another_webhook_secret_is_refused(given: str) -> None:
    """Anything that is not base64 is refused with the remedy."""
    with pytest.raises(Invalid, match="must be base64"):
        webhook_secret({app.SECRET_VARIABLE: given})


def test_a_taken_port_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use stops the start with exit code 2 and one line that names the remedy."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = app.main(["--port", str(port), "--state", str(tmp_path), "--no-demo"])

    told = capsys.readouterr().err.splitlines()
    assert code == 2
    assert told == [
        f"Port {port} on 127.0.0.1 is taken or not allowed; choose another with --port."
    ]


def test_a_missing_or_wrong_configuration_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A configuration that cannot be read or understood stops the start with its reason."""
    absent = tmp_path / "absent.toml"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[business]\ncolour = 'red'\n")

    assert app.main(["--config", str(absent), "--state", str(tmp_path)]) == 2
    assert app.main(["--config", str(wrong), "--state", str(tmp_path)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "cannot be read" in first
    assert "colour" in second


def test_two_stacks_do_not_share_a_state(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state folder that another stack holds is refused."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert app.main(["--port", str(port), "--state", str(tmp_path)]) == 2

    assert "Another local stack uses" in capsys.readouterr().err
    assert tmp_path.stat().st_mode & 0o777 == 0o700
