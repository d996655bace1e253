"""The `Idempotency-Key` header on API writes."""

import functools
from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from shopcloud.lib import idempotency
from shopcloud.lib.problems import Problem

Effect = Callable[..., tuple[int, Any]]


def idempotent(scope: str) -> Callable[[Effect], Callable[..., Response]]:
    """Make a view method that returns (status, body) answer a repeated key with its first answer.

    Keys are kept apart by person, or by nothing but the key for guests: a key is the client's own secret.
    Another body under the same key is 422, a first request still at work 409 with Retry-After.
    """

    def decorate(method: Effect) -> Callable[..., Response]:
        @functools.wraps(method)
        def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = request.headers.get("Idempotency-Key", "")
            if not key:
                status, body = method(view, request, *args, **kwargs)
                return Response(body, status=status)
            if len(key) > idempotency.MAX_LENGTH:
                raise Problem(400, "bad_idempotency_key", "An Idempotency-Key has 255 characters at most.")
            return _once(scope, key, request, lambda: method(view, request, *args, **kwargs))

        return answer

    return decorate


def _once(scope: str, key: str, request: Request, effect: Callable[[], tuple[int, Any]]) -> Response:
    owner = request.user.pk or "guest"
    body = {"path": request.path, "data": request.data}
    try:
        status, answer, replayed = idempotency.once(scope=f"{scope}:{owner}", key=key, body=body, effect=effect)
    except idempotency.KeyReused as error:
        raise Problem(422, "idempotency_key_reused", str(error)) from None
    except idempotency.KeyInFlight as error:
        raise Problem(409, "idempotency_key_in_flight", str(error), headers={"Retry-After": "1"}) from None
    return Response(answer, status=status, headers={"Idempotency-Replayed": "true"} if replayed else {})
