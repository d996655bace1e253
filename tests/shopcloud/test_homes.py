"""What a process is told by its environment: which region it runs in, and where the other one is."""

import json
import subprocess
import sys

from shopcloud import env
from tests.deploy import terraform

TELL = """
import json, django
django.setup()
from django.conf import settings as s
from django.core.management import call_command
call_command("check")
names = {alias: told["NAME"] for alias, told in s.DATABASES.items()}
print(json.dumps({"homes": s.HOMES, "names": names, "routers": s.DATABASE_ROUTERS, "buckets": s.OTHER_BUCKETS,
                  "seconds": s.SIGN_IN_SECONDS, "beat": sorted(s.CELERY_BEAT_SCHEDULE)}))
"""
OF_THE_CATALOG = {"go-on-with-imports", "go-on-with-exports", "sweep-import-files", "go-on-with-category-move"}
THERE = {
    "DATABASE_URL": "postgres://u@h/own",
    "DATABASE_URL_US": "postgres://u@h/us",
    "DOWNLOADS_BUCKET_US": "us-files",
}


def told(**environment: str) -> tuple[dict, str]:
    changes = {"DJANGO_SETTINGS_MODULE": "shopcloud.settings", **environment}
    run = subprocess.run(
        [sys.executable, "-c", TELL], env=env.of_child(changes), cwd=terraform.ROOT, capture_output=True, text=True
    )
    return (json.loads(run.stdout.splitlines()[-1]) if run.returncode == 0 else {}), run.stderr


def test_a_european_process_keeps_europe_by_default_and_knows_where_america_is():
    found, complaint = told(SHOPCLOUD_REGION="eu", **THERE)
    assert found, complaint
    assert found["homes"] == {"eu": "default", "us": "home_us"}
    assert found["names"] == {"default": "own", "home_us": "us"}
    assert found["buckets"] == {"us": "us-files"}
    assert found["routers"] == ["shopcloud.lib.residency.HomeRouter"]
    assert found["seconds"] > 0
    # What staff ask for in the catalog's tables is done where these lie.
    assert not OF_THE_CATALOG & set(found["beat"])
    assert "relay-outbox" in found["beat"]


def test_an_address_of_the_own_region_changes_nothing():
    found, complaint = told(SHOPCLOUD_REGION="us", **THERE)
    assert found, complaint
    assert (found["homes"], found["routers"], found["seconds"]) == ({"us": "default"}, [], 0.0)
    assert set(found["beat"]) >= OF_THE_CATALOG


def test_a_second_region_without_its_bucket_does_not_start():
    found, complaint = told(SHOPCLOUD_REGION="eu", **{**THERE, "DOWNLOADS_BUCKET_US": ""})
    assert not found
    assert "DOWNLOADS_BUCKET_" in complaint
