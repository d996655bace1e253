"""AWS's clients, whose answers a test gives and whose questions botocore checks against AWS's own models."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

LAMBDAS = Path(__file__).resolve().parents[3] / "deploy" / "lambdas"


def sample(name: str) -> dict[str, Any]:
    return json.loads((LAMBDAS / name / "event.json").read_text())


@pytest.fixture
def stub() -> Iterator[Callable[[str], Stubber]]:
    """A stubbed client by its service; every answer that was prepared must have been asked for."""
    made: list[Stubber] = []

    def of(service: str) -> Stubber:
        client = boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        made.append(Stubber(client))
        made[-1].activate()
        return made[-1]

    yield of
    for stubber in made:
        stubber.assert_no_pending_responses()
