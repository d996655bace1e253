"""Every route of the web process by its pattern, and the class of each. A route without one fails the sweep."""

from collections.abc import Iterator
from enum import StrEnum

from django.urls import URLPattern, get_resolver


class Door(StrEnum):
    PUBLIC = "the same for everyone"
    OWN = "about whoever asks: their cart, their doors, their searches"
    PERSONAL = "about the signed-in person; strangers are asked to sign in"
    OWNED = "one owner's object, by its number or id: for anybody else it does not exist"
    SECRET = "whoever holds the link: the address has a secret, and a wrong one opens nothing"
    MACHINE = "machines: probes, providers, the browser's beacon"
    STAFF = "the admin: permissions decide"


_CLASSED: dict[Door, str] = {
    Door.PUBLIC: """
        / search/ search/suggest/ collections/ collections/<slug:slug>/
        c/<path:path>/ ^p/<slug>-<product_id>/$ ^p/<slug>-<product_id>/reviews/$
        ^p/<slug>-<product_id>/together/$
        media/<path:key> sitemap.xml sitemaps/pages.xml ^sitemaps/<name>.xml.gz$ robots.txt events/^.*$
        _allauth/app/v1/auth/phone/<path:rest>
        .well-known/openid-configuration .well-known/jwks.json
        identity/o/device identity/o/logout identity/o/api/device/code
        api/v1/products/ api/v1/products/<str:product_id>/ api/v1/products/<str:product_id>/reviews/
        api/v1/collections/ api/v1/collections/<slug:slug>/ api/v1/products/<str:product_id>/together/
        api/v1/categories/ api/v1/search/ api/v1/suggest/ api/v1/schema/ api/v1/docs/
    """,
    Door.OWN: """
        account/market/ cart/ cart/badge/ cart/codes/ cart/lines/ cart/saved/<path:sku>/ cart/lines/<path:sku>/
        checkout/ checkout/summary/ orders/lookup/ stock-alerts/
        ^p/<slug>-<product_id>/reviews/<review_id>/vote/$ ^p/<slug>-<product_id>/reviews/<review_id>/vote/withdrawal/$
        wishlist/ wishlist/items/<slug:product_id>/ wishlist/items/<slug:product_id>/cart/ wishlist/removed/
        wishlist/lines/<path:sku>/ wishlist/link/ recently-viewed/ cart/bundle/ api/v1/me/recently-viewed/
        api/v1/carts/ api/v1/orders/ api/v1/orders/lookup/ api/v1/stock-alerts/
        identity/o/authorize
        account/login/ account/signup/ account/inactive/ account/confirm-email/ account/password/reset/
        account/password/reset/done/ account/password/reset/key/done/ account/login/code/ account/login/code/confirm/
        account/2fa/webauthn/login/ account/guest-data/
        account/2fa/authenticate/ account/3rdparty/login/cancelled/ account/3rdparty/login/error/
        account/3rdparty/signup/ account/social/login/cancelled/ account/social/login/error/ account/social/signup/
        account/social/connections/ account/logout/
        _allauth/app/v1/config _allauth/app/v1/auth/session _allauth/app/v1/auth/reauthenticate
        _allauth/app/v1/auth/code/confirm _allauth/app/v1/auth/password/request _allauth/app/v1/auth/password/reset
        _allauth/app/v1/auth/login _allauth/app/v1/auth/signup _allauth/app/v1/auth/email/verify
        _allauth/app/v1/auth/email/verify/resend _allauth/app/v1/auth/phone/verify
        _allauth/app/v1/auth/phone/verify/resend _allauth/app/v1/auth/provider/signup
        _allauth/app/v1/auth/provider/redirect _allauth/app/v1/auth/provider/token
        _allauth/app/v1/auth/2fa/authenticate _allauth/app/v1/auth/2fa/reauthenticate _allauth/app/v1/tokens/refresh
        _allauth/app/v1/auth/code/request _allauth/app/v1/auth/code/resend _allauth/app/v1/auth/webauthn/authenticate
        _allauth/app/v1/auth/webauthn/reauthenticate _allauth/app/v1/auth/webauthn/login
    """,
    Door.PERSONAL: """
        account/ account/inbox/ account/inbox/reading/ account/inbox/preferences/ account/erasure/ account/sign-outs/
        account/partner-apps/ account/partner-apps/<str:client_id>/revocation/
        account/privacy/ account/exports/ account/profile/
        account/addresses/ account/addresses/new/ account/orders/
        account/email/ account/password/change/ account/password/set/ account/reauthenticate/ account/3rdparty/
        account/2fa/ account/2fa/reauthenticate/ account/2fa/totp/activate/ account/2fa/totp/deactivate/
        account/sessions/ account/2fa/webauthn/ account/2fa/webauthn/add/ account/2fa/webauthn/reauthenticate/
        account/2fa/recovery-codes/ account/2fa/recovery-codes/generate/ account/2fa/recovery-codes/download/
        api/v1/products/<str:product_id>/reviews/<str:review_id>/vote/
        api/v1/me/wishlist/ api/v1/me/wishlist/<slug:product_id>/ api/v1/me/wishlist-link/
        api/v1/me/notifications/ api/v1/me/notifications/unread/ api/v1/me/notifications/reading/
        api/v1/me/notification-preferences/ api/v1/me/notification-preferences/<str:kind>/
        api/v1/me/sessions/ api/v1/me/sessions/others/ api/v1/me/erasure/
        api/v1/me/data-export/ api/v1/me/data-export/file/
        api/v1/me/partner-apps/ api/v1/me/partner-apps/<str:client_id>/ api/v1/me/recently-viewed/<slug:product_id>/
        api/v1/me/ api/v1/me/cart/ api/v1/me/addresses/ api/v1/me/consents/ api/v1/me/consents/<str:purpose>/
        _allauth/app/v1/account/password/change _allauth/app/v1/account/email _allauth/app/v1/account/phone
        _allauth/app/v1/account/providers _allauth/app/v1/account/authenticators
        _allauth/app/v1/account/authenticators/webauthn _allauth/app/v1/auth/sessions
        _allauth/app/v1/account/authenticators/totp _allauth/app/v1/account/authenticators/recovery-codes
    """,
    Door.OWNED: """
        orders/<str:number>/ orders/<str:number>/payment/ orders/<str:number>/cancellation/
        orders/<str:number>/returns/ orders/<str:number>/returns/<int:return_id>/withdrawal/
        orders/<str:number>/invoice/ orders/<str:number>/documents/<slug:document_number>/
        orders/<str:number>/reviews/<slug:product_id>/ orders/<str:number>/reviews/<slug:product_id>/withdrawal/
        account/inbox/<int:notification_id>/reading/ account/inbox/<int:notification_id>/visit/
        account/inbox/<int:notification_id>/deletion/
        account/addresses/<int:address_id>/ account/addresses/<int:address_id>/deletion/
        account/exports/<int:export_id>/
        account/2fa/webauthn/keys/<int:pk>/edit/ account/2fa/webauthn/keys/<int:pk>/remove/
        api/v1/products/<str:product_id>/reviews/<str:review_id>/
        api/v1/orders/<str:number>/ api/v1/orders/<str:number>/payments/ api/v1/orders/<str:number>/cancellation/
        api/v1/orders/<str:number>/invoice/ api/v1/orders/<str:number>/documents/
        api/v1/orders/<str:number>/downloads/ api/v1/orders/<str:number>/downloads/<int:download_id>/redemption/
        api/v1/orders/<str:number>/documents/<slug:document_number>/ api/v1/orders/<str:number>/returns/
        api/v1/orders/<str:number>/returns/<int:return_id>/
        api/v1/orders/<str:number>/returns/<int:return_id>/withdrawal/ api/v1/me/addresses/<int:address_id>/
        api/v1/me/notifications/<int:notification_id>/ api/v1/me/notifications/<int:notification_id>/reading/
        api/v1/carts/<str:cart_id>/quote/ api/v1/carts/<str:cart_id>/ api/v1/carts/<str:cart_id>/shipping-methods/
        api/v1/carts/<str:cart_id>/saved/<path:sku>/line/ api/v1/carts/<str:cart_id>/saved/<path:sku>/
        api/v1/carts/<str:cart_id>/codes/<str:code>/ api/v1/carts/<str:cart_id>/lines/<path:sku>/
    """,
    Door.SECRET: """
        stock-alerts/<str:key>/ downloads/<str:token>/ account/unsubscribe/<str:token>/
        account/guest-data/<str:token>/ account/guest-exports/<str:secret>/
        account/^password/reset/key/<uidb36>-<key>/$
        payments/return/<str:number>/<slug:signature>/ sandbox-pay/<str:charge_id>/
        api/v1/wishlists/<str:token>/ api/v1/stock-alerts/<str:key>/ wishlist/shared/<str:token>/
    """,
    Door.MACHINE: """
        healthz readyz metrics beacon/ payments/webhooks/<slug:gateway_name>/
        identity/o/api/token identity/o/api/revoke identity/o/api/userinfo
    """,
}
DOORS = {pattern: door for door, patterns in _CLASSED.items() for pattern in patterns.split()}


def routes() -> Iterator[str]:
    """The patterns of all routes, regular ones shortened to the names of their groups."""
    return (_shortened(pattern) for pattern in _walk(get_resolver().url_patterns))


def door_of(pattern: str) -> Door | None:
    return Door.STAFF if pattern.startswith("admin/") else DOORS.get(pattern)


def _walk(patterns: list[object], prefix: str = "") -> Iterator[str]:
    for found in patterns:
        path = prefix + str(found.pattern)  # type: ignore[attr-defined]
        if isinstance(found, URLPattern):
            yield path or "/"
        else:
            yield from _walk(found.url_patterns, path)  # type: ignore[attr-defined]


def _shortened(pattern: str) -> str:
    """`^p/(?P<slug>[-a-z0-9]+)-...` -> `^p/<slug>-...`: groups by name, escapes undone."""
    made, depth, at = "", 0, 0
    while at < len(pattern):
        if pattern.startswith("(?P<", at) and not depth:
            name = pattern[at + 4 : pattern.index(">", at)]
            made, depth, at = f"{made}<{name}>", 1, pattern.index(">", at) + 1
            continue
        sign = pattern[at]
        depth += (sign == "(") - (sign == ")") if depth and pattern[at - 1] != "\\" else 0
        if not depth and sign not in ")\\":
            made += sign
        at += 1
    return made
