"""Real databases for tests: a SpatiaLite file and a private PostgreSQL + PostGIS cluster.

Each kind is migrated once per session into a template; every test gets its own copy.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from models.db import Database, downgrade, grant, upgrade
from models.tables import Base

BINARIES = Path("/usr/lib/postgresql/15/bin")
OWNER = "greenfreight_owner"
APP = "greenfreight_app"
SECRETS = ("the secret of test databases",)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresCluster:
    """A private cluster in a temporary folder: its own socket, port, owner and application role.

    It does not wait for the disk, which only a crash of the whole machine would notice; what a
    killed server may not lose is asked for by database, see :meth:`Postgres.durable`.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gf-pg-", dir="/tmp"))
        self.port = _free_port()
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.process: subprocess.Popen[bytes] | None = None

    def _as_user(self, *command: str) -> list[str]:
        if os.geteuid() == 0:
            return [
                "setpriv",
                f"--reuid={self.user}",
                f"--regid={self.user}",
                "--clear-groups",
                *command,
            ]
        return list(command)

    def create(self) -> None:
        """Make the cluster, start it and make both roles."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user, self.user)
        subprocess.run(
            self._as_user(
                str(BINARIES / "initdb"),
                "-D",
                str(self.folder / "data"),
                "-U",
                "postgres",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ),
            check=True,
            capture_output=True,
            cwd="/",
        )
        self.start()
        with self.admin() as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN")
            connection.execute(f"CREATE ROLE {APP} LOGIN")

    def make(self, name: str) -> None:
        """An empty database as its administrator hands it to its owner, who is no superuser."""
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0")
        with self.admin(name) as connection:
            connection.execute("CREATE EXTENSION postgis")
            connection.execute("CREATE EXTENSION btree_gist")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        self.process = subprocess.Popen(
            self._as_user(
                str(BINARIES / "postgres"),
                "-D",
                str(self.folder / "data"),
                "-k",
                str(self.folder),
                "-p",
                str(self.port),
                "-c",
                "listen_addresses=",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "max_connections=60",
                "-c",
                "jit=off",
                "-c",
                "autovacuum=off",
                *options,
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        subprocess.run(
            [
                "timeout",
                "60",
                "sh",
                "-c",
                f"until {BINARIES}/pg_isready -q -h {self.folder} -p {self.port}; do :; done",
            ],
            check=True,
        )

    def kill(self) -> None:
        """``kill -9`` the whole server, as a crash does."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Stop the server and remove the folder."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            self.process.wait(timeout=30)
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser's connection that commits each statement."""
        return psycopg.connect(
            host=str(self.folder), port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def url(self, database: str, user: str) -> str:
        """The URL of ``database`` for ``user``."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}&port={self.port}"


class Postgres:
    """Databases on a cluster: a migrated template and copies of it."""

    name = "postgresql"
    template = "gf_template"

    def __init__(self, cluster: PostgresCluster) -> None:
        self.cluster = cluster
        self.free: list[str] = []

    def prepare(self) -> None:
        """Migrate the template as the owner and let the application's role in."""
        self.cluster.make(self.template)
        url = self.cluster.url(self.template, OWNER)
        upgrade(url)
        grant(url, APP)

    @contextlib.contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[Database]:
        """A database of its own: migrated and without rows, or with no table at all.

        Migrated ones are swept and used again, which is ten times as fast as copying. Whoever
        changes tables asks for an ``empty`` one and migrates it.
        """
        if empty:
            with self._made() as database:
                yield database
            return
        name = self.free.pop() if self.free else self._copy(self.template)
        database = self._database(name)
        try:
            yield database
        finally:
            database.dispose()
            self._sweep(name)
            self.free.append(name)

    @contextlib.contextmanager
    def durable(self) -> Iterator[Database]:
        """As :meth:`fresh`; a commit is on record before it is answered, whoever kills the server.

        The server may be killed and started again while it is in use.
        """
        with self.fresh() as database:
            self._durable(database, "SET synchronous_commit = on")
            yield database
            self._durable(database, "RESET synchronous_commit")

    def _durable(self, database: Database, how: str) -> None:
        with self.cluster.admin() as connection:
            connection.execute(f"ALTER DATABASE {database.url.database} {how}")

    def _sweep(self, name: str) -> None:
        """Empty all tables at once, past foreign keys and triggers."""
        with self.cluster.admin(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")
                for table in reversed(Base.metadata.sorted_tables):
                    connection.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own tables

    def _copy(self, source: str) -> str:
        name = f"gf_{secrets.token_hex(6)}"
        with self.cluster.admin() as connection:
            connection.execute(
                f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {source} STRATEGY FILE_COPY"
            )
        return name

    def _database(self, name: str) -> Database:
        return Database(self.cluster.url(name, APP), self.cluster.url(name, OWNER), secrets=SECRETS)

    @contextlib.contextmanager
    def _made(self) -> Iterator[Database]:
        name = f"gf_{secrets.token_hex(6)}"
        self.cluster.make(name)
        database = self._database(name)
        try:
            yield database
        finally:
            database.dispose()
            with self.cluster.admin() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class SpatiaLite:
    """SpatiaLite files copied from a migrated one."""

    name = "spatialite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Migrate the template file."""
        upgrade(f"sqlite:///{self.folder / 'template.db'}")

    @contextlib.contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[Database]:
        """A database of its own, a copy of the template (or a new file)."""
        path = self.folder / f"{secrets.token_hex(6)}.db"
        if not empty:
            shutil.copyfile(self.folder / "template.db", path)
        database = Database(f"sqlite:///{path}", secrets=SECRETS)
        try:
            yield database
        finally:
            database.dispose()
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)


Kind = SpatiaLite | Postgres

__all__ = ["APP", "OWNER", "Kind", "Postgres", "PostgresCluster", "SpatiaLite", "downgrade"]
