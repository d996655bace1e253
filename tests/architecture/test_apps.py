"""What every app has in common, and where things may be said."""

import ast
import importlib
import re

import pytest

from tests.architecture.test_sizes import ROOT, python_files

APPS = ("catalog", "accounts", "orders", "media", "analytics")
BOTO3_HOMES = ("shopcloud/lib/aws.py", "catalog/dynamo/", "media/storage.py", "analytics/", "deploy/", "tests/")
DOORS = {"services", "queries", "events", "domain"}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("app", APPS)
def test_every_app_says_what_it_owns(app):
    assert len((importlib.import_module(app).__doc__ or "").strip()) > 40


def test_boto3_is_imported_in_its_five_homes_only():
    strays = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if not str(path.relative_to(ROOT)).startswith(BOTO3_HOMES)
        and any(name.split(".")[0] in {"boto3", "botocore"} for name in imports_of(path))
    ]
    assert strays == []


def test_an_app_is_entered_only_through_its_doors():
    strays = []
    for path in python_files():
        home = path.relative_to(ROOT).parts[0]
        if home not in APPS:
            continue
        for name in imports_of(path):
            app, *rest = name.split(".")
            if app in APPS and app != home and rest and rest[0] not in DOORS | {"delivery"}:
                strays.append(f"{path.relative_to(ROOT)} imports {name}")
    assert strays == []


def test_pages_carry_no_inline_script_or_style():
    allowed = re.compile(r'<script[^>]*(src=|type="(application/ld\+json|application/json)")')
    strays = []
    for path in ROOT.glob("*/templates/**/*.html"):
        if "/admin/" in str(path) or "/mail/" in str(path):
            continue
        text = path.read_text()
        strays += [f"{path.name}: {tag}" for tag in re.findall(r"<script[^>]*>", text) if not allowed.match(tag)]
        strays += [f"{path.name}: {hit}" for hit in re.findall(r'<style|\sstyle="|\son[a-z]+="', text)]
    assert strays == []
