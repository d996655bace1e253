"""One emulated account a run, and the clients of a test that speak to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from deploy import emulator
from shopcloud.lib import aws


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not emulator.BINARY.is_file():
        pytest.skip(emulator.MISSING)
    with emulator.emulator(Path(tmp_path_factory.mktemp("ministack")) / "log") as address:
        yield address


@pytest.fixture
def client(account: str) -> Callable[[str], Any]:
    """A client of the emulated account by its service; the shop's own engines go on to answer the shop."""

    def of(service: str, region: str = "us-east-1") -> Any:
        return boto3.client(
            service,
            endpoint_url=account,
            region_name=region,
            aws_access_key_id="emulated",
            aws_secret_access_key="emulated",
        )

    return of


@pytest.fixture
def queues_and_topics(account: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shop's own code speaks to the account of queues and topics; its engines stay what they are."""
    for service in ("SQS", "SNS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", account)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    aws.sns.cache_clear()
    yield
    aws.sns.cache_clear()
