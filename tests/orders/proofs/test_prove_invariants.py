"""The command tells a sound shop from a broken one by its exit status, and leaves nothing on the engines."""

import signal
import subprocess
import sys
import time

import psycopg
import pytest
from django.conf import settings

from orders.proofs import races
from orders.proofs.scratch import left_behind
from shopcloud import env


def command(*arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "prove_invariants", "--quick", *arguments],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Whoever runs the tests in the background had interrupts ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def databases() -> set[str]:
    with psycopg.connect(env.text("DATABASE_URL"), connect_timeout=2) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'scratch%'").fetchall()
    return {name for (name,) in rows}


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = databases()
    yield
    assert databases() <= before


# One race over HTTP, two on the database; the command itself runs them all.
RACES = ("stock", "downloads", "refunds")


@pytest.mark.timeout(400)
def test_a_sound_shop_passes_and_every_control_breaks():
    assert set(RACES) < {race.name for race in races.QUICK}
    proof = command(*(f"--race={name}" for name in RACES))
    printed, _ = proof.communicate(timeout=390)
    assert proof.returncode == 0, printed
    assert printed.count("  held") == len(RACES)
    assert printed.count("broke, as it must") == len(RACES)


def test_a_shop_without_a_guard_fails():
    proof = command("--race", "downloads", "--without", "downloads.redeem")
    printed, _ = proof.communicate(timeout=100)
    assert proof.returncode == 1, printed
    assert "BREACH" in printed
    assert "NOT PROVED" in printed


# Each look into the database is a transaction of its own: the command takes longer than one may be left open.
@pytest.mark.django_db(transaction=True)
def test_stopped_half_way_it_cleans_up():
    before = set(left_behind())
    proof = command("--race", "stock")
    deadline = time.monotonic() + 30
    while not set(left_behind()) - before and time.monotonic() < deadline:
        time.sleep(0.1)
    proof.send_signal(signal.SIGINT)
    printed, _ = proof.communicate(timeout=40)
    assert proof.returncode == 130, printed
    assert set(left_behind()) <= before
