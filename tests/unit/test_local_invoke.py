"""One function with one event, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import invoke


def test_wrong_usage_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown function, no running stack and a broken event each end with their reason."""
    event, broken = tmp_path / "event.json", tmp_path / "broken.json"
    event.write_text("{}")
    broken.write_text("{")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "environment.json").write_text("{}")

    for arguments, reason in (
        (["nothing", str(event)], "no function 'nothing'"),
        (["show", str(event), "--state", str(tmp_path / "absent")], "make run"),
        (["show", str(broken), "--state", str(tmp_path / "run")], "is not JSON"),
    ):
        with pytest.raises(SystemExit) as ended:
            invoke.main(arguments)
        assert ended.value.code == 2
        assert reason in capsys.readouterr().err
