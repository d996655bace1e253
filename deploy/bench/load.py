"""Closed-loop load over keep-alive connections, a process each, so that the client never waits for itself."""

import multiprocessing
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

WAIT_SECONDS = 10.0
RUNS = 10

Run = tuple[list[float], int]


@dataclass(frozen=True)
class Load:
    """What a path did under load: answers a second, latencies in milliseconds, and answers that were not wanted."""

    rate: float
    p50: float
    p95: float
    p99: float
    unexpected: int


def in_turn(sides: Sequence[tuple[int, Sequence[bytes]]], *, seconds: float, connections: int = 8) -> list[Load]:
    """What each port did with its requests, over several runs that the sides take in turn, once all are warm.

    Where there are many requests, those that warm are not measured: a cold path must stay cold. gunicorn shares
    connections between its workers by luck, so each run opens new ones; and the machine's speed drifts, so the sides
    alternate, to be held against each other. Each run begins in another part of the requests, so that many different
    ones do not become the same few.
    """
    for port, requests in sides:
        _run(port, requests[: len(requests) // 12 or 1], 1, connections, 0)
    measured = [(port, requests[len(requests) // 12 :]) for port, requests in sides]
    runs = [
        [_run(port, requests, seconds / RUNS, connections, part) for port, requests in measured] for part in range(RUNS)
    ]
    return [_load(of_one, seconds) for of_one in zip(*runs, strict=True)]


def _run(port: int, requests: Sequence[bytes], seconds: float, connections: int, part: int) -> Run:
    """Send `requests` in turn over `connections`, each waiting for its answer; any 2xx or 3xx is wanted.

    The connections begin at places spread over one of `RUNS` equal parts of the requests. Returns milliseconds of every
    answer, and how many were not wanted.
    """
    workers = []
    for number in range(connections):
        mine, theirs = multiprocessing.Pipe()
        first = start(len(requests), part * connections + number, RUNS * connections)
        worker = multiprocessing.Process(target=_client, args=(port, requests, first, seconds, theirs))
        worker.start()
        workers.append((worker, mine))
    latencies, unexpected = [], 0
    for worker, pipe in workers:
        found, bad = pipe.recv()
        worker.join()
        latencies += found
        unexpected += bad
    return latencies, unexpected


def _load(runs: Sequence[Run], seconds: float) -> Load:
    latencies = sorted(ms for found, _ in runs for ms in found)
    return Load(
        rate=len(latencies) / seconds,
        p50=statistics.median(latencies),
        p95=latencies[int(len(latencies) * 0.95)],
        p99=latencies[int(len(latencies) * 0.99)],
        unexpected=sum(bad for _, bad in runs),
    )


def start(many: int, number: int, among: int) -> int:
    """Where of `many` requests the connection of this number, `among` so many, begins; few are begun in turn."""
    return many * number // among if many >= among else number


def _client(port: int, requests: Sequence[bytes], first: int, seconds: float, pipe: Connection) -> None:
    latencies, unexpected, turn = [], 0, first
    connection = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        connection.sendall(requests[turn % len(requests)])
        status, keeps = _answer(connection)
        latencies.append((time.perf_counter() - started) * 1000)
        unexpected += not 200 <= status < 400
        turn += 1
        if not keeps:
            connection.close()
            connection = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
    pipe.send((latencies, unexpected))


def _answer(connection: socket.socket) -> tuple[int, bool]:
    """The status, and whether the connection may be used again."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return 0, False
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    headers = head.lower()
    if b"content-length:" in headers:
        length = int(headers.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    return int(head.split(b" ", 2)[1]), b"connection: close" not in headers
