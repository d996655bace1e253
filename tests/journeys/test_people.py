"""Signing up, signing in, and finding one's orders again."""

import uuid

from playwright.sync_api import expect

from tests.journeys.shopper import Shopper


def test_a_new_customer_signs_up_buys_and_finds_the_order_in_the_history(new_page, shop):
    page, email = new_page(), f"new-{uuid.uuid4().hex[:8]}@example.com"
    shopper = Shopper(page)
    shopper.sign_up(email, shop)
    page.goto("/search/?q=clock&in_stock=true")
    shopper.open_first_result()
    number = shopper.buy(email)
    page.goto("/account/orders/")
    expect(page.locator("main")).to_contain_text(number)


def test_a_passkey_signs_its_person_in_without_a_password(new_page, shop):
    page = new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    wire.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**key, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    Shopper(page).sign_up(f"key-{uuid.uuid4().hex[:8]}@example.com", shop)
    page.goto("/account/2fa/webauthn/add/")
    page.locator("[name=password]").fill("a long enough pass phrase")
    page.get_by_role("button", name="Confirm").click()
    page.locator("[name=name]").fill("My laptop")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Add").click()
    # The codes for the day the laptop is lost come first.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recovery")
    page.goto("/account/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("My laptop")
    page.goto("/account/")
    page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("account")


def test_another_browser_cannot_open_a_guests_order(new_page):
    page = new_page()
    shopper = Shopper(page)
    page.goto("/search/?q=stool&in_stock=true")
    shopper.open_first_result()
    number = shopper.buy("private@example.com")
    assert new_page().goto(f"/orders/{number}/").status == 404
    assert page.goto(f"/orders/{number}/").status == 200
