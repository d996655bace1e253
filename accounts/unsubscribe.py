"""The page behind the link in a mail: one button, or the mail program's own one-click request, ends such mails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.consents import BadLink, read_token
from accounts.models import Consent
from shopcloud.lib import clock, residency


# A mail program posts here by itself (RFC 8058), without cookies and from nowhere; the link's signature is the proof.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, for programs that only look at links must change nothing; POST does it."""
    try:
        user_id, purpose = read_token(token)
    except BadLink:
        return render(request, "accounts/unsubscribe.html", {"is_broken": True}, status=404)
    if request.method == "POST":
        with residency.within(residency.of_number(user_id)):
            services.set_consent(
                user_id=user_id,
                purpose=purpose,
                granted=False,
                source=Consent.Source.UNSUBSCRIBE,
                now=clock.now(),
            )
    return render(request, "accounts/unsubscribe.html", {"is_done": request.method == "POST", "purpose": purpose})
