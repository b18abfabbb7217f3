"""Importing a file: what it is like, under which app it goes, and where an earlier run ended."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from io import BufferedReader, BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from northstar.app.configuration import Business, Configuration, SourceTarget
from northstar.app.importing import Line, Tally, import_lines, read_lines, skip, up_to
from northstar.app.source import app_key
from northstar.domain.errors import Broken, Invalid
from northstar.runtime import bootstrap
from northstar.sources import SOURCES, answers, file, is_store
from northstar.sources.cells import Order
from northstar.sources.columns import Layout, Unnamed

_SOURCE = re.compile(r"[a-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a file is to be imported. `columns` maps fields to columns ("" for none).

    `order` is what comes first in dates in figures, where the file itself does not prove it.
    Raises Invalid for an app of answers, which are of none.
    """

    source: str
    app: str | None = None
    country: str | None = None
    answers: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None

    def __post_init__(self) -> None:
        if self.answers and self.app:
            raise Invalid("answers are of no app; leave out --app or --answers.", "app")


@dataclass(frozen=True, slots=True)
class Import:
    """An import that is ready to be run: each step stores a batch and yields how far it has come.

    `columns` tells as which field each column is read, `missing` the fields that none is read as
    and should be. `app` is where reviews go, and `app_from` who said so; with `app_needed` that is
    unknown without a stack. It goes on after the rows of `begin`; `restarted` says why that is none
    although there was an earlier run.
    """

    rows: int
    columns: Mapping[str, str]
    missing: tuple[str, ...]
    app: str | None
    app_from: str
    app_needed: bool
    steps: Iterator[Tally]
    begin: Tally = field(default_factory=Tally)
    restarted: str | None = None


def dry_run(stream: BufferedReader | BytesIO, settings: Settings, now: datetime) -> Import:
    """Return an import that reads a file and stores nothing; it needs no stack. Raises Invalid."""
    told = _layout(stream, settings)
    target, told_by = _target(settings, told, None)
    steps = read_lines(up_to(_lines(stream, told, target, settings, Business().zone), now))
    return _import(told, settings, target, told_by, steps)


def prepare(
    path: Path, stream: BufferedReader | BytesIO, settings: Settings, now: datetime
) -> Import:
    """Return the import of a file (open at `path`) into the stack whose environment this is.

    It goes on where an earlier run with these settings was interrupted, if the file and what is
    stored are still the same. `now` is aware.

    Raises:
        Invalid: the file cannot be understood, or it is not clear where its reviews go.
        Retryable: the store did not answer.
    """
    told = _layout(stream, settings)
    configuration = bootstrap.configuration()
    target, told_by = _target(settings, told, configuration)
    zone = configuration.business.zone
    feedback = bootstrap.feedback_store()
    checkpoint = _Checkpoint.of(path, stream, settings)
    begin, restarted = checkpoint.read()
    lines = up_to(_lines(stream, told, target, settings, zone), now)
    if begin.rows and not skip(lines, begin.rows, feedback, now):
        begin, restarted = Tally(), "what it stored is not there any more"
        lines = up_to(_lines(stream, told, target, settings, zone), now)
    steps = checkpoint.follow(import_lines(lines, feedback, now, begin))
    ready = _import(told, settings, target, told_by, steps)
    return replace(ready, begin=begin, restarted=restarted)


def _import(
    told: Layout,
    settings: Settings,
    target: SourceTarget | None,
    told_by: str,
    steps: Iterator[Tally],
) -> Import:
    return Import(
        rows=told.rows,
        columns=told.by_column(),
        missing=() if settings.answers else file.missing(told, settings.columns),
        app=_app(target, told),
        app_from=told_by,
        app_needed=target is None and not settings.answers,
        steps=steps,
    )


def _layout(stream: BufferedReader | BytesIO, settings: Settings) -> Layout:
    if not _SOURCE.fullmatch(settings.source):
        raise Invalid(
            f"source {settings.source!r} cannot be taken; name the store ({', '.join(SOURCES)}) or "
            "the tool that the file comes from, in 1 to 40 of a-z, 0-9, _ and -.",
            "source",
        )
    try:
        if settings.answers:
            return answers.layout(stream, settings.columns, settings.order)
        own_app = {"app": ""} if settings.app else {}
        return file.layout(stream, own_app | {**settings.columns}, settings.order)
    except Unnamed as problem:
        raise Invalid(f"{problem} Name columns with --column FIELD=COLUMN.", "FILE") from problem
    except Broken as problem:
        raise Invalid(str(problem), "FILE") from problem


def _lines(
    stream: BufferedReader | BytesIO,
    told: Layout,
    target: SourceTarget | None,
    settings: Settings,
    zone: ZoneInfo,
) -> Iterator[Line]:
    if settings.answers:
        return answers.lines(stream, told, settings.source, zone)
    return file.lines(stream, told, target or SourceTarget(settings.source, settings.source))


def _target(
    settings: Settings, told: Layout, configuration: Configuration | None
) -> tuple[SourceTarget | None, str]:
    """Where reviews go, and who says so; None where only the configuration, which is not given,
    could say it, and for answers, which are of no app. Raises Invalid where several are possible.
    """
    named = SourceTarget(settings.source, settings.app or settings.source, settings.country)
    if settings.answers:
        return None, ""
    if settings.app:
        return named, "--app"
    if "app" in told.columns:
        return named, f"column {told.columns['app']}"
    if configuration is None and is_store(settings.source):
        return None, ""
    targets = configuration.sources if configuration else ()
    known = [one for one in targets if one.source == settings.source]
    if len(known) > 1:
        apps = ", ".join(app_key(one) for one in known)
        raise Invalid(f"{settings.source} has several apps ({apps}); name one with --app.", "app")
    if known:
        return replace(known[0], country=settings.country or known[0].country), "northstar.toml"
    return named, "--source"


def _app(target: SourceTarget | None, told: Layout) -> str | None:
    """The app's key, unless each row has its own."""
    return app_key(target) if target and "app" not in told.columns else None


# ------------------------------------------------------------------ checkpoints


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """How far the import of one file into one stack has come, in a small file of the user's."""

    place: Path
    content: str

    @classmethod
    def of(cls, path: Path, stream: BufferedReader | BytesIO, settings: Settings) -> _Checkpoint:
        stream.seek(0)
        content = hashlib.file_digest(stream, "sha256").hexdigest()
        stack = [value for name, value in sorted(os.environ.items()) if name in _STACK]
        what = json.dumps([str(path.resolve()), asdict(settings), stack], sort_keys=True)
        name = hashlib.sha256(what.encode()).hexdigest()[:24]
        return cls(_folder() / f"{name}.json", content)

    def read(self) -> tuple[Tally, str | None]:
        """Return how far an earlier run came; else nothing, and why that does not hold any more."""
        try:
            kept = json.loads(self.place.read_text("utf-8"))
            tally = Tally(**kept["tally"] | {"faults": tuple(kept["tally"]["faults"])})
        except FileNotFoundError:
            return Tally(), None
        except (OSError, ValueError, KeyError, TypeError):
            return Tally(), "how far it came cannot be read"
        if kept.get("content") != self.content:
            return Tally(), "the file has changed"
        return tally, None

    def follow(self, steps: Iterator[Tally]) -> Iterator[Tally]:
        """Pass on the steps of an import, and note each; nothing is left when it is through."""
        for tally in steps:
            self._write(tally)
            yield tally
        with suppress(OSError):
            self.place.unlink(missing_ok=True)

    def _write(self, tally: Tally) -> None:
        """Without a place to note it the import goes on all the same; it only cannot be resumed."""
        half = self.place.with_suffix(".new")
        with suppress(OSError):
            self.place.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps({"content": self.content, "tally": asdict(tally)}), "utf-8")
            half.replace(self.place)


_STACK = {"FEEDBACK_TABLE", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"}


def _folder() -> Path:
    """The user's folder for state (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "northstar" / "imports"
