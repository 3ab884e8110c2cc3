"""What an installation is told by its environment; nothing is read before it is asked for."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

SHORTEST_SECRET = 32
LONGEST_SOCKET_PATH = 100  # Linux allows 107 bytes


class SettingsError(ValueError):
    """A setting that cannot be used: names the variable and what it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a process.

    ``database_url`` is the application's role, ``database_owner_url`` the owner's (migrations).
    Times are in seconds: a running job's lease lasts ``lease_s`` and is renewed every
    ``heartbeat_s``; lapsed ones are looked for every ``sweep_s``. ``plan_grace_s``: what building
    the problem, checking and explaining may take beyond the solver's own limit. ``demo``: accounts
    and data of the demo city are allowed. ``secure_cookies``: the web is reached by https only.
    ``trace_days``: after how many days it is forgotten whose phone told of a vehicle's day.
    ``roadside_key``: what the key of roadside codes is drawn from; empty = a secret of the home.
    ``earlier_secrets``: what ``secret`` was before; sealed texts still open with them.
    ``trusted_proxies``: how many proxies before the web say in ``X-Forwarded-*`` who asks, and how.
    """

    home: Path
    database_url: str
    database_owner_url: str
    redis_url: str
    secret: str
    earlier_secrets: tuple[str, ...] = ()
    roadside_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    embedded_database: bool = True
    embedded_redis: bool = True
    demo: bool = False
    secure_cookies: bool = False
    trusted_proxies: int = 0
    workers: int = 1
    web_threads: int = 32
    lease_s: float = 15.0
    heartbeat_s: float = 5.0
    sweep_s: float = 5.0
    plan_time_limit_s: int = 60
    plan_grace_s: float = 600.0
    trace_days: int = 90

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the environment (``os.environ`` when None); an embedded home makes its secrets.

        Raises:
            SettingsError: naming the variable that cannot be used.
        """
        env = os.environ if environ is None else environ
        home = Path(env.get("GREENFREIGHT_HOME") or "var").absolute()
        database = _database_url(env, "DATABASE_URL")
        redis = env.get("REDIS_URL", "").strip()
        host = env.get("GREENFREIGHT_HOST", "127.0.0.1")
        loopback = host in {"127.0.0.1", "::1", "localhost"}
        secret = env.get("SECRET_KEY") or own_secret(home, "secret_key")
        return cls(
            home=home,
            database_url=database or embedded_database_url(home),
            database_owner_url=_database_url(env, "DATABASE_OWNER_URL")
            or database
            or embedded_database_url(home),
            redis_url=redis or embedded_redis_url(home),
            secret=secret,
            earlier_secrets=tuple(env.get("SECRET_KEY_BEFORE", "").split()),
            roadside_key=_long(env, "ROADSIDE_KEY"),
            host=host,
            port=_integer(env, "PORT", 8000, 1, 65535),
            embedded_database=not database,
            embedded_redis=not redis,
            demo=(not database and loopback and env.get("GREENFREIGHT_DEMO", "1") != "0")
            or env.get("GREENFREIGHT_DEMO") == "1",
            secure_cookies=env.get("GREENFREIGHT_SECURE_COOKIES") == "1",
            trusted_proxies=_integer(env, "TRUSTED_PROXIES", 0, 0, 5),
            workers=_integer(env, "GREENFREIGHT_WORKERS", 1, 1, 256),
            web_threads=_integer(env, "GREENFREIGHT_WEB_THREADS", 32, 2, 1024),
            lease_s=_seconds(env, "GREENFREIGHT_LEASE_S", 15.0),
            heartbeat_s=_seconds(env, "GREENFREIGHT_HEARTBEAT_S", 5.0),
            sweep_s=_seconds(env, "GREENFREIGHT_SWEEP_S", 5.0),
            plan_time_limit_s=_integer(env, "GREENFREIGHT_PLAN_TIME_LIMIT_S", 60, 1, 86400),
            trace_days=_integer(env, "GREENFREIGHT_TRACE_DAYS", 90, 30, 3650),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The present secret, then earlier ones, which only open what they sealed."""
        return (self.secret, *self.earlier_secrets)

    def with_(self, **changes: object) -> Settings:
        """A copy with ``changes`` (tests shorten leases this way)."""
        return replace(self, **changes)  # type: ignore[arg-type] # names are the dataclass's own


def embedded_database_url(home: Path) -> str:
    """The SpatiaLite file of an embedded installation."""
    return f"sqlite:///{home / 'greenfreight.sqlite'}"


def embedded_redis_url(home: Path) -> str:
    """The private socket of the embedded Valkey, within a folder that only its user may enter."""
    return f"unix://{socket_folder(home) / 'valkey.sock'}"


def socket_folder(home: Path) -> Path:
    """``home/run``, or a private folder for temporary files where that path is too long."""
    folder = home / "run"
    if len(str(folder).encode()) + len("/valkey.sock") <= LONGEST_SOCKET_PATH:
        return folder
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"greenfreight-{os.getuid()}-{mark}"


def private_folder(path: Path) -> Path:
    """Make ``path`` a folder that only its user may enter.

    Raises:
        SettingsError: if it belongs to somebody else.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_uid != os.getuid():
        raise SettingsError(f"{path}: belongs to another user; set GREENFREIGHT_HOME elsewhere")
    path.chmod(0o700)
    return path


def own_secret(home: Path, name: str) -> str:
    """The secret ``name`` of this home, made at its first use and readable by its user alone."""
    if not home.exists():
        private_folder(home)
    folder = private_folder(home / "secrets")
    path = folder / name
    fresh = secrets.token_urlsafe(48)
    draft = folder / f".{name}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(fresh)
    try:
        os.link(draft, path)  # atomic: of two processes that start at once, one wins for both
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _database_url(env: Mapping[str, str], name: str) -> str:
    """The URL as it was given; its password is in no message."""
    text = env.get(name, "").strip()
    if text:
        # Loading these takes a second that an embedded home need not wait for.
        from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

        from models.db import normal_url  # noqa: PLC0415

        try:
            normal_url(text)
        except (ValueError, ArgumentError) as error:
            what = str(error).splitlines()[0].removeprefix("DATABASE_URL ")
            raise SettingsError(f"{name}: {what}") from None
    return text


def _integer(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise SettingsError(f"{name}={text!r}: give a whole number") from None
    if not low <= value <= high:
        raise SettingsError(f"{name}={value}: give a number from {low} to {high}")
    return value


def _long(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").strip()
    if text and len(text) < SHORTEST_SECRET:
        raise SettingsError(f"{name}: give at least {SHORTEST_SECRET} random characters")
    return text


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"{name}={text!r}: give seconds") from None
    if not 0 < value <= 3600:
        raise SettingsError(f"{name}={value}: give seconds above 0, at most 3600")
    return value
