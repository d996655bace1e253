"""Whatever a client sends, the API answers as its schema says: made-up requests to every operation, by anybody.

`SCHEMA_CASES` is how many requests each visitor makes in all; the same number makes the same requests.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from allauth.mfa.models import Authenticator
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shopcloud.wsgi import application
from tests.accounts.api.test_tokens import sign_in

CASES = int(os.environ.get("SCHEMA_CASES", "250"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
LAST = ("/api/v1/me/sessions/others/", "/api/v1/me/sessions/")
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120 + CASES)]


@dataclass
class Visit:
    """One visitor's requests, what came of them, and what was wrong."""

    headers: dict[str, str]
    ids: dict[str, str]
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def try_out(self, operation: Any, *, cases: int) -> None:
        requests = strategies.one_of([operation.as_strategy(generation_mode=mode) for mode in MODES])

        @settings(
            max_examples=cases,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=requests, at_home=strategies.booleans())
        def knock(case: Any, at_home: bool) -> None:
            if at_home:
                _aim(case, self.ids)
            answer = case.call(headers=self.headers)
            self.statuses[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS, headers=self.headers)
            self._compare_code(operation, answer)

        try:
            knock()
        except (FailureGroup, ExceptionGroup) as failure:
            self.wrong.append(f"{operation.label}\n{failure}")

    def _compare_code(self, operation: Any, answer: Any) -> None:
        if answer.status_code < 400 or answer.status_code == 405:
            return
        told = operation.definition.raw["responses"][str(answer.status_code)]["content"]["application/problem+json"]
        if answer.json()["code"] not in told["examples"]:
            self.wrong.append(f"{operation.label}: {answer.status_code} {answer.json()['code']} is not told of")


@pytest.fixture
def api() -> Any:
    from drf_spectacular.generators import SchemaGenerator

    described = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    # What signs people in is another's code, and would end the visits; tests/accounts/api tries its descriptions out.
    described = described.include(path_regex="^/api/v1/")
    described.app = application
    return described


@contextmanager
def one_transaction() -> Iterator[None]:
    """Requests that keep the test's connection, as those of Django's own test client do, and however long it takes to
    make them up.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_an_owner_with_a_token_gets_the_answers_the_schema_promises(belongings, api):
    # A second step is another test's affair.
    Authenticator.objects.filter(user=belongings.owner).delete()
    token = sign_in(belongings.owner.email)["access_token"]
    visit = _visit(api, Visit({"Authorization": f"Bearer {token}"}, belongings.ids))
    assert not visit.wrong, "\n\n".join(visit.wrong)
    assert {200, 201, 204, 400, 404, 409} <= set(visit.statuses)
    assert 401 not in visit.statuses


def test_a_guest_gets_the_answers_the_schema_promises(belongings, api):
    visit = _visit(api, Visit({}, belongings.ids))
    assert not visit.wrong, "\n\n".join(visit.wrong)
    assert {200, 201, 400, 401, 404} <= set(visit.statuses)


def _visit(api: Any, visit: Visit) -> Visit:
    # What ends the visit comes last.
    operations = sorted(
        (found.ok() for found in api.get_all_operations()),
        key=lambda each: LAST.index(each.path) if each.path in LAST else -1,
    )
    with one_transaction():
        for operation in operations:
            visit.try_out(operation, cases=1 if operation.path in LAST else max(CASES // len(operations), 1))
    print(f"{visit.statuses.total()} requests to {len(operations)} operations: {sorted(visit.statuses.items())}")
    return visit


def _aim(case: Any, ids: dict[str, str]) -> None:
    """Make a request about what there is: made-up numbers alone would find nothing but 404."""
    ids = {**ids, "cart": ids["cart_id"], "category": ids["path"]}
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: ids[name] for name in part if name in ids})
