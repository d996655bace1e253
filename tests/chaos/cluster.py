"""A Valkey cluster of three masters and three replicas on loopback, for as long as a test needs one."""

import contextlib
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.cluster import RedisCluster

from deploy.local.engines.valkey import _binary
from tests.journeys.running_shop import free_port

MASTERS = REPLICAS = 3
SLOTS = 16384
CONFIGURATION = """\
bind 127.0.0.1
port {port}
cluster-enabled yes
cluster-config-file {folder}/nodes.conf
cluster-node-timeout 1500
cluster-require-full-coverage no
repl-diskless-sync-delay 0
requirepass {password}
primaryauth {password}
dir {folder}
save ""
appendonly no
"""


@dataclass
class Node:
    port: int
    password: str
    process: subprocess.Popen

    def ask(self) -> redis.Redis:
        return redis.Redis(port=self.port, password=self.password, socket_timeout=2, socket_connect_timeout=2)

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@dataclass
class ValkeyCluster:
    nodes: list[Node]
    password: str

    @property
    def url(self) -> str:
        """Of the last replica: it knows the others, and no test kills it first."""
        return f"redis+cluster://:{self.password}@127.0.0.1:{self.nodes[-1].port}"

    def told(self) -> str:
        """What each node that still answers thinks of all."""
        views = []
        for node in self.nodes:
            with contextlib.suppress(redis.RedisError):
                views.append(f"{node.port}:\n{node.ask().cluster('NODES')}")
        return "\n".join(views)

    def master_of(self, key: str) -> Node:
        """The master that holds a key."""
        with RedisCluster.from_url(self.url.replace("+cluster", "")) as client:
            port = client.get_node_from_key(key).port
        return next(node for node in self.nodes if node.port == port)


@contextlib.contextmanager
def valkey_cluster(folder: Path) -> Iterator[ValkeyCluster]:
    password = secrets.token_hex(12)
    nodes = [_start(folder / str(number), password) for number in range(MASTERS + REPLICAS)]
    try:
        for node in nodes:
            _until(lambda node=node: node.ask().ping(), "the node does not answer")
        _join(nodes)
        yield ValkeyCluster(nodes, password)
    finally:
        for node in nodes:
            with contextlib.suppress(ProcessLookupError):
                node.kill()


def _start(folder: Path, password: str) -> Node:
    folder.mkdir(parents=True)
    port = _port()
    written = folder / "valkey.conf"
    written.write_text(CONFIGURATION.format(port=port, folder=folder, password=password))
    return Node(port, password, subprocess.Popen([str(_binary()), str(written)], stdout=subprocess.DEVNULL))


def _port() -> int:
    """The cluster's bus listens 10,000 above."""
    while (port := free_port()) > 55_000:
        pass
    return port


def _join(nodes: list[Node]) -> None:
    first, masters, replicas = nodes[0], nodes[:MASTERS], nodes[MASTERS:]
    share = -(-SLOTS // MASTERS)
    for number, master in enumerate(masters):
        start = number * share
        master.ask().execute_command("CLUSTER", "ADDSLOTSRANGE", start, min(start + share, SLOTS) - 1)
    for node in nodes[1:]:
        node.ask().execute_command("CLUSTER", "MEET", "127.0.0.1", first.port)
    for node in nodes:
        _until(lambda node=node: _info(node)["cluster_known_nodes"] == str(len(nodes)), "the nodes did not meet")
    for master, replica in zip(masters, replicas, strict=True):
        master_id = master.ask().execute_command("CLUSTER", "MYID").decode()
        _until(lambda r=replica, m=master_id: r.ask().execute_command("CLUSTER", "REPLICATE", m), "no replica")
    for replica in replicas:
        _until(lambda r=replica: r.ask().info("replication")["master_link_status"] == "up", "nothing is copied")
    for node in nodes:
        _until(lambda node=node: _info(node)["cluster_state"] == "ok", "the cluster did not form")


def _info(node: Node) -> dict[str, str]:
    return node.ask().cluster("INFO")


def _until(look, what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(redis.RedisError):
            if look():
                return
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
