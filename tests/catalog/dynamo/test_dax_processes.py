"""DAX's client and processes: each makes its own on first use, and leaves nothing behind."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from catalog.domain import Freshness
from catalog.dynamo import dax
from catalog.dynamo.client import writer
from catalog.dynamo.dax import DaxCalls
from catalog.dynamo.products import DynamoProducts
from shopcloud.lib import ids
from tests.catalog.dynamo.dax_server import eventually
from tests.catalog.factories import a_product

PROGRAM = """
import logging, os, sys
import django
django.setup()
logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=True)
from catalog.domain import Freshness
from catalog.dynamo import dax as limits
from catalog.dynamo.client import dax, writer
from catalog.dynamo.products import DynamoProducts
limits.ANSWER_SECONDS = 30
def read():
    return DynamoProducts(writer(), dax=dax()).get(sys.argv[1], freshness=Freshness.CACHED).title
print(read())
child = os.fork()
if not child:
    print(read())
    sys.exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), read())
"""


@pytest.fixture
def stored():
    return DynamoProducts(writer()).create(a_product())


def test_closing_leaves_no_thread_and_no_connection(server, stored):
    before = set(threading.enumerate())
    client = dax.connect()
    through = DaxCalls(writer(), connect=lambda: client, tier=f"dax-{ids.product_id()}")
    shop = DynamoProducts(writer(), dax=through)
    with ThreadPoolExecutor(4) as shoppers:
        list(shoppers.map(lambda _: shop.get(stored.product_id, freshness=Freshness.CACHED), range(20)))
    assert server.connections() > 0
    through._here().close()
    eventually(lambda: not server.connections() and not set(threading.enumerate()) - before)


def test_a_forked_process_makes_its_own_client_and_each_closes_its_own_without_complaint(server, stored):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shopcloud.settings", "DAX_ENDPOINT": server.url}
    command = [sys.executable, "-u", "-c", PROGRAM, stored.product_id]
    ended = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [stored.title, stored.title, f"3 {stored.title}"]
    assert server.cluster.asked["getItem"] == 3
    # A client asks for the keys of a table once.
    assert server.cluster.asked["defineKeySchema"] == 2
    eventually(lambda: not server.connections())
