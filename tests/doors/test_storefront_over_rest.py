"""What a page of the storefront does an app can do: by these operations, or by what they say of themselves."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.doors.routes import DOORS, Door, routes

# Route of the storefront: the operations that do the same.
OPERATIONS = """
/ collections
search/ search
search/suggest/ suggest
collections/ collections
collections/<slug:slug>/ collection
c/<path:path>/ products categories
^p/<slug>-<product_id>/$ product
^p/<slug>-<product_id>/reviews/$ reviews
^p/<slug>-<product_id>/together/$ bought_together
^p/<slug>-<product_id>/reviews/<review_id>/vote/$ vote_for_review
^p/<slug>-<product_id>/reviews/<review_id>/vote/withdrawal/$ withdraw_review_vote
cart/ cart own_cart new_cart empty_cart
cart/badge/ cart
cart/codes/ enter_code remove_code
cart/lines/ set_line
cart/lines/<path:sku>/ set_line remove_line
cart/saved/<path:sku>/ save_for_later saved_back_to_cart forget_saved
cart/bundle/ set_line
checkout/ place_order shipping_methods
checkout/summary/ quote_cart
orders/lookup/ look_up_order
orders/<str:number>/ order downloads
orders/<str:number>/payment/ pay_order
orders/<str:number>/cancellation/ cancel_order
orders/<str:number>/returns/ returns request_return order_return
orders/<str:number>/returns/<int:return_id>/withdrawal/ withdraw_return
orders/<str:number>/invoice/ order_invoice
orders/<str:number>/documents/<slug:document_number>/ order_document order_documents
orders/<str:number>/reviews/<slug:product_id>/ own_review write_review change_review
orders/<str:number>/reviews/<slug:product_id>/withdrawal/ withdraw_review
downloads/<str:token>/ redeem_download
stock-alerts/ ask_for_stock_alert stock_alerts
stock-alerts/<str:key>/ end_stock_alert
wishlist/ wishlist
wishlist/items/<slug:product_id>/ save_wish remove_wish
wishlist/items/<slug:product_id>/cart/ set_line
wishlist/lines/<path:sku>/ save_wish remove_line
wishlist/removed/ save_wish
wishlist/link/ wishlist_link share_wishlist stop_sharing_wishlist
wishlist/shared/<str:token>/ shared_wishlist
recently-viewed/ recently_viewed forget_recently_viewed
beacon/ view_product
account/ me
account/profile/ change_me consents set_consent
account/market/ change_me
account/addresses/ addresses
account/addresses/new/ add_address
account/addresses/<int:address_id>/ change_address
account/addresses/<int:address_id>/deletion/ delete_address
account/orders/ orders
account/inbox/ notifications unread_notifications
account/inbox/reading/ read_notifications
account/inbox/preferences/ notification_preferences set_notification_preference
account/inbox/<int:notification_id>/reading/ read_notification
account/inbox/<int:notification_id>/visit/ read_notification
account/inbox/<int:notification_id>/deletion/ delete_notification
account/erasure/ erasure ask_for_erasure
account/exports/ ask_for_data_export data_export
account/exports/<int:export_id>/ fetch_data_export
account/privacy/ consents data_export
account/partner-apps/ partner_apps
account/partner-apps/<str:client_id>/revocation/ take_back_partner_app
account/sign-outs/ sign_out_elsewhere sign_out_everywhere
account/login/ sign_in
account/logout/ sign_out
account/signup/ sign_up
account/confirm-email/ verify_email resend_verification
account/2fa/authenticate/ sign_in_second_factor
account/password/reset/ request_password_reset
account/^password/reset/key/<uidb36>-<key>/$ reset_password
account/password/change/ change_password
"""
# Pages that an app has no use for, or that only a browser can open.
OF_THE_BROWSER = """
media/<path:key> sitemap.xml sitemaps/pages.xml ^sitemaps/<name>.xml.gz$ robots.txt events/^.*$
payments/return/<str:number>/<slug:signature>/ sandbox-pay/<str:charge_id>/ payments/webhooks/<slug:gateway_name>/
healthz readyz metrics
account/unsubscribe/<str:token>/ account/guest-data/ account/guest-data/<str:token>/ account/guest-exports/<str:secret>/
account/inactive/ account/password/reset/done/ account/password/reset/key/done/
account/3rdparty/login/cancelled/ account/3rdparty/login/error/ account/social/login/cancelled/
account/social/login/error/
"""
# What django-allauth's own API has beside the operations that ours describes: docs/api.md leads there.
OF_ALLAUTH = """
account/email/ account/password/set/ account/reauthenticate/ account/login/code/ account/login/code/confirm/
account/sessions/ account/3rdparty/ account/3rdparty/signup/ account/social/signup/ account/social/connections/
account/2fa/ account/2fa/reauthenticate/ account/2fa/totp/activate/ account/2fa/totp/deactivate/
account/2fa/webauthn/ account/2fa/webauthn/add/ account/2fa/webauthn/reauthenticate/ account/2fa/webauthn/login/
account/2fa/webauthn/keys/<int:pk>/edit/ account/2fa/webauthn/keys/<int:pk>/remove/
account/2fa/recovery-codes/ account/2fa/recovery-codes/generate/ account/2fa/recovery-codes/download/
"""
DONE_BY = {route: done.split() for route, _space, done in (row.partition(" ") for row in OPERATIONS.split("\n") if row)}
ELSEWHERE = {*OF_THE_BROWSER.split(), *OF_ALLAUTH.split()}
OTHER_APIS = ("api/", "_allauth/", "identity/", ".well-known/")


@pytest.fixture(scope="module")
def operations() -> set[str]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {told["operationId"] for operations in schema["paths"].values() for told in operations.values()}


def test_whatever_a_page_does_an_app_can_do(operations):
    pages = {route for route in routes() if DOORS.get(route) not in {None, Door.STAFF}}
    pages = {route for route in pages if not route.startswith(OTHER_APIS)}
    assert len(pages) > 100
    assert sorted(pages - DONE_BY.keys() - ELSEWHERE) == []
    assert sorted((DONE_BY.keys() | ELSEWHERE) - pages) == []
    assert sorted({name for done in DONE_BY.values() for name in done} - operations) == []


def test_every_operation_has_its_page_or_a_reason(operations):
    used = {name for done in DONE_BY.values() for name in done}
    # Apps have tokens, and take a guest's cart over themselves; a browser does both unasked.
    assert operations - used == {"refresh_token", "current_session", "adopt_cart"}
