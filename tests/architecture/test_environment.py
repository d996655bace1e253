"""`.env.example` and the code that reads the environment tell the same story."""

import ast
import re

from tests.architecture.test_sizes import ROOT, python_files

READERS = {"text", "boolean", "integer", "csv", "url", "choice"}


def names_read() -> set[str]:
    names = set()
    for path in python_files():
        if path.relative_to(ROOT).parts[0] in {"tests", "deploy"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in READERS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and isinstance(node.args[0], ast.Constant)
            ):
                names.add(node.args[0].value)
    return names


def names_described() -> set[str]:
    return set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


# Read by the SDKs themselves, by their own rules.
BY_THE_SDK = {
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
}


def test_every_variable_the_shop_reads_is_described():
    assert names_read() - names_described() == set()


def test_no_variable_is_described_that_nothing_reads():
    assert names_described() - names_read() - BY_THE_SDK - {"PORT"} == set()


def test_only_the_typed_readers_touch_the_environment():
    allowed = {"shopcloud/env.py", "shopcloud/wsgi.py", "shopcloud/asgi.py", "shopcloud/celery.py"}
    strays = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.relative_to(ROOT).parts[0] not in {"tests", "deploy"}
        and str(path.relative_to(ROOT)) not in allowed
        and re.search(r"os\.(environ|getenv)", path.read_text())
    ]
    assert strays == []
