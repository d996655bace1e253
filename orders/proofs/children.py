"""The processes that run a race. They come from a server that has loaded the shop and never opened a connection."""

import logging
import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.apps import apps
from django.db import OperationalError, connection

from orders.proofs.race import Race

# Loaded once by the server that every process is forked from.
if not apps.ready:
    django.setup()

KILLED = "killed"
# Buyers over HTTP only wait; those who ask the database themselves each hold a connection of it.
THREADS_OVER_HTTP, THREADS_ON_THE_DATABASE = 125, 10
CONNECT_TRIES = 10
START_SECONDS, PATIENCE_SECONDS = 60.0, 180.0


@dataclass(frozen=True, slots=True)
class Rush:
    """Where and how a race is run."""

    database: str
    without: tuple[str, ...]
    shop: str
    processes: int
    seed: int


def run(race: Race, jobs: Sequence[Any], rush: Rush) -> tuple[Counter[str], float]:
    """Let several processes make all attempts at the same moment; returns their answers, and the seconds from the
    first attempt to the last answer. An attempt whose process died counts as `killed`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    dealt = _shuffled(jobs, race.at_once, rush.seed)
    hands = [hand for n in range(rush.processes) if (hand := dealt[n :: rush.processes])]
    # One more than the hands: the clock starts when they do.
    start = context.Barrier(len(hands) + 1)
    pipes = []
    for number, hand in enumerate(hands):
        mine, theirs = context.Pipe()
        context.Process(target=_play, args=(race, hand, rush, number, start, theirs), daemon=True).start()
        theirs.close()
        pipes.append((mine, len(hand)))
    start.wait(START_SECONDS)
    started = time.monotonic()
    answers: Counter[str] = sum((_heard(pipe, attempts) for pipe, attempts in pipes), Counter())
    return answers, time.monotonic() - started


def _shuffled(jobs: Sequence[Any], at_once: int, seed: int) -> list[Any]:
    """The jobs in an order that the seed decides; those that belong together stay so, among the processes too."""
    groups = [list(jobs[start : start + at_once]) for start in range(0, len(jobs), at_once)]
    random.Random(seed).shuffle(groups)  # noqa: S311
    return [job for group in groups for job in group]


def _heard(pipe: Connection, attempts: int) -> Counter[str]:
    try:
        if not pipe.poll(PATIENCE_SECONDS):
            return Counter({"no answer": attempts})
        answers: Counter[str] = pipe.recv()
    except EOFError:
        return Counter({KILLED: attempts})
    return answers


def _play(race: Race, jobs: list[Any], rush: Rush, number: int, start: Barrier, answer: Connection) -> None:
    """The life of one process: its own connections, its own threads, all of them let go together."""
    from orders.proofs import databases
    from shopcloud.lib import guards

    logging.disable(logging.CRITICAL)
    databases.use(rush.database)
    luck = random.Random(rush.seed * 1000 + number)  # noqa: S311
    threads = min(len(jobs), THREADS_OVER_HTTP if race.over_http else THREADS_ON_THE_DATABASE)
    ready = threading.Barrier(threads, action=partial(_let_go, start))
    waits = [luck.uniform(0, 0.003) for _ in jobs]

    def attempt(turn: int) -> str:
        if turn < threads:
            if not race.over_http:
                _connect()
            ready.wait(START_SECONDS)
        time.sleep(waits[turn])
        try:
            return race.attempt(jobs[turn], rush.shop)
        except Exception as error:  # a race shows what went wrong as an answer of its own
            return f"error: {type(error).__name__}"

    with ExitStack() as taken_away:
        for guard in rush.without:
            taken_away.enter_context(guards.removed(guard))
        with ThreadPoolExecutor(threads) as pool:
            answer.send(Counter(pool.map(attempt, range(len(jobs)))))


def _connect() -> None:
    """Be connected before the start: on a busy machine, connecting may take longer than the shop has patience."""
    for tries_left in reversed(range(CONNECT_TRIES)):
        try:
            connection.ensure_connection()
            return
        except OperationalError:
            if not tries_left:
                raise
            time.sleep(0.5)


def _let_go(start: Barrier) -> None:
    start.wait(START_SECONDS)
