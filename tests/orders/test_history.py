"""History comes from a real streaming standby, never older than what its reader did, and also without the standby."""

import os
import signal
import socket
import subprocess
import time
import uuid

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from deploy.local.engines import postgres_home
from deploy.local.stack import Stack
from orders import figures, queries
from orders.models import Order
from orders.services.cancel_order import CancelReason, cancel_order
from shopcloud.lib import clock, guards, replica
from shopcloud.lib.observability import install_sql_timing
from shopcloud.lib.resilience import breaker
from tests.engines import VAR
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db(transaction=True)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class Standby:
    """A copy of the test engine that follows it; `sql` speaks to it as its superuser."""

    def __init__(self) -> None:
        stack = Stack(VAR)
        self.home = postgres_home.Home.remembered(stack.state)
        self.secret = stack.state.secret("postgres_admin")
        self.primary_port = stack.engine("postgres").engine.port
        self.data = self.home.folder / f"standby-{uuid.uuid4().hex[:8]}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._copy()
        self.process = self._start()

    def _copy(self) -> None:
        source = ["-h", "127.0.0.1", "-p", str(self.primary_port), "-U", "postgres"]
        how = ["-D", str(self.data), "--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream"]
        subprocess.run(
            [str(self.home.binaries / "pg_basebackup"), *source, *how],
            env={"PGPASSWORD": self.secret, "PATH": os.environ["PATH"]},
            cwd=self.home.folder,
            check=True,
            timeout=60,
            **self.home.as_user(),
        )

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = {"port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            # The primary's own setting: a standby must allow as many connections.
            [str(self.home.binaries / "postgres"), "-D", str(self.data), "-c", "max_connections=200", *flags],
            cwd=self.home.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.home.as_user(),
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self._address, connect_timeout=1).close()
                return process
            except psycopg.OperationalError:
                time.sleep(0.1)
        process.send_signal(signal.SIGQUIT)
        raise TimeoutError("The standby did not come up.")

    @property
    def _address(self) -> str:
        return f"postgresql://postgres:{self.secret}@127.0.0.1:{self.port}/postgres"

    def sql(self, statement: str):
        with psycopg.connect(self._address, connect_timeout=2, autocommit=True) as link:
            cursor = link.execute(statement)
            return cursor.fetchone()

    def catch_up(self) -> None:
        self.sql("SELECT pg_wal_replay_resume()")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_lsn()")
            position = cursor.fetchone()[0]
        deadline = time.monotonic() + 10
        while not self.sql(f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn")[0]:
            assert time.monotonic() < deadline, "the standby does not follow"
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=10)
        subprocess.run(["rm", "-rf", str(self.data)], check=True, timeout=20)


@pytest.fixture(scope="module")
def standby(django_db_setup):
    made = Standby()
    yield made
    made.stop()


@pytest.fixture
def follows(transactional_db, standby):
    """The application with the standby as its replica, caught up."""
    primary = connections.databases["default"]
    options = {name: value for name, value in primary["OPTIONS"].items() if name != "target_session_attrs"}
    connections.databases["replica"] = {**primary, "OPTIONS": options}
    look_at(standby.port)
    standby.catch_up()
    yield standby
    standby.sql("SELECT pg_wal_replay_resume()")
    connections["replica"].close()
    del connections["replica"]
    del connections.databases["replica"]
    breaker("replica").close()


def look_at(port: int) -> None:
    """Make the replica the server at `port`; the test's own ban of databases it did not name is lifted for it."""
    connections["replica"].close()
    del connections["replica"]
    connections.databases["replica"]["PORT"] = str(port)
    link = connections["replica"]

    def connect() -> None:
        if link.connection is None:
            with link.wrap_database_errors:
                link.connect()

    link.ensure_connection = connect
    # As the signal of a new connection does, which tests of the same process may have missed.
    install_sql_timing(link)


def number_of(buyer, number: str) -> Order:
    return place(number=number, physical=False, digital=True, user=buyer, placed_at=clock.now())


def test_history_comes_from_the_replica(follows, buyer, signed_in):
    order = number_of(buyer, "SC-TEST0001")
    follows.catch_up()
    with CaptureQueriesContext(connection) as primary, CaptureQueriesContext(connections["replica"]) as copy:
        page = signed_in.get("/account/orders/")
    assert order.number in page.content.decode()
    assert "replica;dur=" in page["Server-Timing"]
    assert any("orders_order" in query["sql"] for query in copy)
    assert not any("orders_order" in query["sql"] for query in primary)


def test_a_buyer_sees_what_they_did_while_the_replica_lags_and_others_see_the_past(follows, buyer, signed_in):
    order = number_of(buyer, "SC-TEST0001")
    follows.catch_up()
    follows.sql("SELECT pg_wal_replay_pause()")
    signed_in.post(f"/orders/{order.number}/cancellation/", headers=SAME_SITE)
    assert [o.status for o in queries.orders_of(buyer).orders] == ["cancelled"]
    with guards.removed("replica.position"):
        assert [o.status for o in queries.orders_of(buyer).orders] == ["awaiting_payment"]
    assert figures.awaiting_payment() == 1
    follows.catch_up()
    with CaptureQueriesContext(connections["replica"]) as copy:
        assert [o.status for o in queries.orders_of(buyer).orders] == ["cancelled"]
    assert any("orders_order" in query["sql"] for query in copy)


def test_an_order_just_placed_is_there_while_what_others_did_comes_later(follows, buyer, signed_in):
    follows.sql("SELECT pg_wal_replay_pause()")
    order = number_of(buyer, "SC-TEST0001")
    assert order.number not in signed_in.get("/account/orders/").content.decode()
    replica.remember_write(buyer.pk)
    assert order.number in signed_in.get("/account/orders/").content.decode()


def test_staff_lists_come_from_the_replica_and_hold_what_staff_did(follows, client, admin_person, buyer):
    order = number_of(buyer, "SC-TEST0001")
    follows.catch_up()
    follows.sql("SELECT pg_wal_replay_pause()")
    cancel_order(order=order, reason=CancelReason.BY_STAFF, now=clock.now())
    client.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    shown = "/admin/orders/order/?status__exact=cancelled"
    assert order.number not in client.get(shown).content.decode()
    replica.remember_write(admin_person.pk)
    assert order.number in client.get(shown).content.decode()


def test_without_the_replica_history_comes_from_the_primary(follows, buyer, signed_in):
    order = number_of(buyer, "SC-TEST0001")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        look_at(int(nobody.getsockname()[1]))
        started = time.monotonic()
        for _ in range(7):
            assert order.number in signed_in.get("/account/orders/").content.decode()
        assert figures.awaiting_payment() == 1
    assert time.monotonic() - started < 5
