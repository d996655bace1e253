"""The `Idempotency-Key` header on API writes.

Keys are kept apart by person, or by nothing but the key for guests: a key is the client's own secret. Another body
under the same key is 422, a first request still at work 409 with Retry-After.
"""

import functools
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from shopcloud.lib import idempotency
from shopcloud.lib.idempotency import Answer, IdempotencyKey, Note
from shopcloud.lib.problems import Problem

Effect = Callable[..., tuple[int, Any]]


def idempotent(scope: str) -> Callable[[Effect], Callable[..., HttpResponse]]:
    """Make a view method that returns (status, body) answer a repeated key with its first answer.

    The method runs inside the transaction that stores the answer.
    """

    def decorate(method: Effect) -> Callable[..., HttpResponse]:
        @functools.wraps(method)
        def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            def effect() -> Answer:
                return _rendered(*method(view, request, *args, **kwargs))

            key = _key(request)
            if not key:
                return _response(effect())
            return _refusing(lambda: idempotency.once(**_named(scope, key, request), effect=effect))

        return answer

    return decorate


def answer_once(
    request: Request, *, scope: str, effect: Callable[[Note], str], then: Callable[[str], tuple[int, Any]]
) -> HttpResponse:
    """For a write that goes on after its transaction: `effect` notes and returns the name of what it made, `then` the
    answer. `then` must be safe to run again (see `idempotency.once_then`).
    """

    def finish(subject: str) -> Answer:
        return _rendered(*then(subject))

    key = _key(request)
    if not key:
        return _response(finish(effect(_no_note)))
    return _refusing(lambda: idempotency.once_then(**_named(scope, key, request), effect=effect, then=finish))


def kept_for(user_id: int | None, emails: Collection[str]) -> QuerySet[IdempotencyKey]:
    """The answers that are kept for what a person may send again, and whatever others name one of their addresses."""
    theirs = Q(pk__in=()) if user_id is None else Q(scope__endswith=f":{user_id}")
    for email in emails:
        theirs |= Q(response__icontains=email)
    return IdempotencyKey.objects.filter(theirs)


def _no_note(_subject: str) -> None:
    """Without a key there is nothing to remember the effect by."""


def _key(request: Request) -> str:
    key: str = request.headers.get("Idempotency-Key", "")
    if len(key) > idempotency.MAX_LENGTH:
        raise Problem(400, "bad_idempotency_key", "An Idempotency-Key has 255 characters at most.")
    return key


def _named(scope: str, key: str, request: Request) -> dict[str, Any]:
    body = {"path": request.get_full_path(), "data": request.data}
    return {"scope": f"{scope}:{request.user.pk or 'guest'}", "key": key, "body": body}


def _refusing(work: Callable[[], Answer]) -> HttpResponse:
    try:
        return _response(work())
    except idempotency.KeyReused as error:
        raise Problem(422, "idempotency_key_reused", str(error)) from None
    except idempotency.KeyInFlight as error:
        raise Problem(409, "idempotency_key_in_flight", str(error), headers={"Retry-After": "1"}) from None


def _rendered(status: int, body: Any) -> Answer:
    return Answer(status, JSONRenderer().render(body).decode())


def _response(answer: Answer) -> HttpResponse:
    """The stored text as it is, so that the first answer and its replays are the same bytes."""
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return HttpResponse(answer.body, status=answer.status, content_type="application/json", headers=headers)
