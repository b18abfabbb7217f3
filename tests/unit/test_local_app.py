"""The start of the local stack: what it accepts, and how it says no."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

import pytest

from local import app
from northstar.domain.errors import Invalid


def test_a_taken_port_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use stops the start with exit code 2 and one line that names the remedy."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = app.main(["--port", str(port), "--state", str(tmp_path), "--no-demo"])

    (told,) = capsys.readouterr().err.splitlines()
    assert code == 2
    assert told.startswith(f"Port {port} on 127.0.0.1 is taken or not allowed; choose another")
    assert "--port" in told
    assert "PORT=" in told


def test_a_wrong_secret_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret of the environment that no helpdesk could sign with stops the start."""
    monkeypatch.setenv("NORTHSTAR_ZENDESK_SECRET", "one two three")
    code = app.main(["--port", "0", "--state", str(tmp_path), "--no-demo"])

    (told,) = capsys.readouterr().err.splitlines()
    assert code == 2
    assert told.startswith("NORTHSTAR_ZENDESK_SECRET must be one secret, or two")


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


def test_keys_of_stores_that_are_no_json_are_named(tmp_path: Path) -> None:
    """A slip in the file is one sentence with its name; without the file there are no keys."""
    assert app._source_keys(tmp_path) == {}
    (tmp_path / "source-keys.json").write_text('{"google_play": {}}')
    assert app._source_keys(tmp_path) == {"google_play": {}}
    for wrong in ('{"google_play": }', "[1]", '"text"'):
        (tmp_path / "source-keys.json").write_text(wrong)
        with pytest.raises(Invalid, match=r"source-keys\.json"):
            app._source_keys(tmp_path)
