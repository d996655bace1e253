"""Administrators give people their roles and see everything; they make no superuser, and become nobody else."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD
from tests.filled_forms import filled

pytestmark = pytest.mark.django_db

# What superusers alone look at: people's keys.
KEYS = {"mfa.authenticator", "usersessions.usersession", "socialaccount.socialaccount"}


@pytest.fixture
def administrator(make_person):
    person = make_person("roles@example.com", staff=True)
    person.groups.add(Group.objects.get(name="administrator"))
    return person


@pytest.fixture
def desk(administrator) -> Client:
    browser = Client()
    browser.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def page_of(person: User) -> str:
    return f"/admin/accounts/user/{person.pk}/change/"


def saved(desk: Client, person: User, **said):
    """The person's form sent as a browser sends it, with what is said otherwise, allowed or not."""
    form = filled(desk.get(page_of(person)).text, holding="first_name") if not person.is_superuser else {}
    answer = desk.post(page_of(person), {**form, **said})
    person.refresh_from_db()
    return answer


def test_a_role_is_given_and_taken_back(desk, other_buyer):
    finance = Group.objects.get(name="finance")
    assert saved(desk, other_buyer, is_staff="on", groups=[finance.pk]).status_code == 302
    assert other_buyer.is_staff
    assert other_buyer.has_perm("orders.add_refund")
    assert saved(desk, other_buyer, is_staff=[], groups=[]).status_code == 302
    assert not other_buyer.is_staff
    assert not other_buyer.groups.exists()


def test_nobody_becomes_a_superuser_by_an_administrator(desk, administrator, other_buyer):
    right = Permission.objects.get(codename="delete_user")
    for person in (other_buyer, administrator):
        said = {"is_staff": "on", "is_superuser": "on", "user_permissions": [right.pk]}
        assert saved(desk, person, **said).status_code == 302
        assert not person.is_superuser
        assert not person.user_permissions.exists()


def test_a_superuser_is_seen_and_not_touched(desk, admin_person):
    assert desk.get(page_of(admin_person)).status_code == 200
    assert saved(desk, admin_person, first_name="Mallory").status_code == 403
    assert admin_person.first_name == ""
    assert admin_person.is_superuser
    assert desk.post(f"/admin/accounts/user/{admin_person.pk}/password/", {}).status_code == 403


def test_an_administrator_gives_themselves_no_other_role(desk, administrator):
    finance = Group.objects.get(name="finance")
    assert saved(desk, administrator, groups=[finance.pk], first_name="Ada").status_code == 302
    assert administrator.first_name == "Ada"
    assert [group.name for group in administrator.groups.all()] == ["administrator"]


def test_nobodys_account_is_taken_over(desk, other_buyer):
    """With another address or password an administrator could sign in as them."""
    assert saved(desk, other_buyer, email="mallory@example.com").status_code == 302
    assert other_buyer.email == "other@example.com"
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    assert desk.post(f"/admin/accounts/user/{other_buyer.pk}/password/", new).status_code == 403
    other_buyer.refresh_from_db()
    assert other_buyer.check_password(PASSWORD)
    assert other_buyer.password not in desk.get(page_of(other_buyer)).text


def test_an_administrator_sees_everything_but_keys(administrator):
    shown = {model._meta.label_lower: model._meta for model in admin.site._registry}
    missing = {
        name for name, meta in shown.items() if not administrator.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    }
    assert missing == KEYS


def test_what_roles_allow_is_not_an_administrators_to_change(desk):
    role = Group.objects.get(name="support")
    assert desk.get(f"/admin/auth/group/{role.pk}/change/").status_code == 200
    assert desk.post(f"/admin/auth/group/{role.pk}/change/", {"name": "support"}).status_code == 403
    assert desk.get("/admin/auth/group/add/").status_code == 403


@pytest.mark.parametrize("role", ["catalog", "orders", "finance", "support", "analyst"])
def test_no_other_role_reaches_people_or_partner_apps(make_person, role):
    person = make_person("desk@example.com", staff=True)
    person.groups.add(Group.objects.get(name=role))
    held = {name for name in person.get_all_permissions() if name.startswith(("auth.", "allauth_idp_oidc."))}
    assert not held
    assert not person.has_perm("accounts.change_user")


def test_partner_apps_and_webhooks_are_administrators_to_set_up(administrator):
    for right in ("allauth_idp_oidc.add_client", "allauth_idp_oidc.delete_client", "orders.add_partnerendpoint"):
        assert administrator.has_perm(right)


def test_the_secret_of_a_second_factor_is_on_no_page(admin_person, other_buyer):
    from allauth.mfa.models import Authenticator

    kept = Authenticator.objects.create(user=other_buyer, type="totp", data={"secret": "gAAAAsecret"})
    browser = Client()
    browser.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    shown = browser.get(f"/admin/mfa/authenticator/{kept.pk}/change/")
    assert shown.status_code == 200
    assert "gAAAAsecret" not in shown.text
    assert "gAAAAsecret" not in browser.get("/admin/mfa/authenticator/").text
