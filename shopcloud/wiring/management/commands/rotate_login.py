"""`manage.py rotate_login set|test SECRET VERSION`: what deploy/lambdas/rotate_secret has done where the stores are."""

import json
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shopcloud.lib import aws
from shopcloud.wiring import logins


class Command(BaseCommand):
    help = "Let in a password that is on its way, or try it out. Reads both from Secrets Manager and prints neither."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("step", choices=["set", "test"])
        parser.add_argument("secret", help="the ARN of the secret that is rotated")
        parser.add_argument("version", help="of that secret, the version on its way")
        parser.add_argument("--admin", default="", help="the ARN of the login that may make logins")

    def handle(self, *, step: str, secret: str, version: str, admin: str, **_: Any) -> None:
        address = aws.secret(secret, version=version)
        try:
            if step == "set":
                logins.open_login(_as_admin(address, json.loads(aws.secret(admin))), address)
            else:
                logins.try_login(address)
        except logins.LoginRefused as refused:
            raise CommandError(str(refused)) from None


def _as_admin(address: str, login: dict[str, str]) -> str:
    """The same database, entered by who may make logins."""
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    user, password = (quote(login[key], safe="") for key in ("username", "password"))
    return parts._replace(netloc=f"{user}:{password}@{place}").geturl()
