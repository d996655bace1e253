"""A signed-in person's own pages: overview, profile, addresses."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries, services
from accounts.forms import AddressForm, ProfileForm
from accounts.models import Address, Consent, User
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest, markets


def _person(request: MarketRequest) -> User:
    return cast("User", request.user)


def _address(request: MarketRequest, address_id: int) -> Address:
    found = next((row for row in queries.addresses_of(_person(request)) if row.pk == address_id), None)
    if found is None:
        raise Http404(str(services.AddressNotFound()))
    return found


@never_cache
@login_required
@require_safe
def account(request: MarketRequest) -> HttpResponse:
    addresses = queries.addresses_of(_person(request))
    return render(request, "accounts/account.html", {"address": addresses[0] if addresses else None})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MarketRequest) -> HttpResponse:
    person = _person(request)
    kept = {name: getattr(person, name) for name in ("first_name", "last_name", "language", "market")}
    allowed = {consent.purpose: consent.granted for consent in queries.consents_of(person)}
    form = ProfileForm(request.POST or None, initial={**kept, **allowed})
    if request.method == "POST" and form.is_valid():
        services.change_profile(user=person, **{name: form.cleaned_data[name] for name in kept})
        for purpose in (Consent.Purpose.CART_REMINDERS,):
            services.set_consent(
                user_id=person.pk,
                purpose=purpose,
                granted=form.cleaned_data[purpose.value],
                source=Consent.Source.PROFILE,
                now=clock.now(),
            )
        messages.success(request, _("Your profile is saved."))
        return redirect("account")
    status = 422 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@never_cache
@require_POST
def market_choice(request: MarketRequest) -> HttpResponse:
    """Remembers the market that was chosen at the foot of a page, of people who are signed in."""
    code = request.POST.get("market", "")
    if code not in markets():
        return HttpResponse(status=400)
    if request.user.is_authenticated:
        services.remember_market(user=_person(request), market=code)
    return HttpResponse(status=204)


@never_cache
@login_required
@require_safe
def addresses(request: MarketRequest) -> HttpResponse:
    return render(request, "accounts/addresses.html", {"addresses": queries.addresses_of(_person(request))})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: MarketRequest) -> HttpResponse:
    form = AddressForm(request.POST or None, market=request.market)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_address(user=_person(request), address=form.postal, is_default=form.cleaned_data["is_default"])
        except services.TooManyAddresses as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The address is saved."))
            return redirect("account-addresses")
    return _address_page(request, form, title=_("Add an address"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: MarketRequest, address_id: int) -> HttpResponse:
    row = _address(request, address_id)
    initial: dict[str, Any] = {**queries.as_postal(row).as_dict(), "is_default": row.is_default}
    form = AddressForm(request.POST or None, initial=initial, market=request.market)
    if request.method == "POST" and form.is_valid():
        # Another address takes over as the first one; this one is never left without a successor.
        first = form.cleaned_data["is_default"] or None
        services.change_address(user=_person(request), address_id=address_id, address=form.postal, is_default=first)
        messages.success(request, _("The address is saved."))
        return redirect("account-addresses")
    return _address_page(request, form, title=_("Change an address"))


@never_cache
@login_required
@require_POST
def address_deletion(request: MarketRequest, address_id: int) -> HttpResponse:
    try:
        services.delete_address(user=_person(request), address_id=address_id)
    except services.AddressNotFound as error:
        raise Http404(str(error)) from error
    messages.success(request, _("The address is deleted. Orders you placed keep theirs."))
    return redirect("account-addresses")


def _address_page(request: MarketRequest, form: AddressForm, *, title: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "accounts/address.html", {"form": form, "title": title}, status=status)
