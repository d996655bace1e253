"""Addresses of stores as the containers read them: `postgres://user:password@host:5432/shopcloud`. Pure."""

import secrets
from urllib.parse import quote, unquote, urlsplit

# They take turns: while one gets a new password, the tasks that run know the other.
LOGINS = ("shopcloud_blue", "shopcloud_green")


def is_database(address: str) -> bool:
    return urlsplit(address).scheme.startswith("postgres")


def login(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return unquote(parts.username or ""), unquote(parts.password or "")


def with_login(address: str, user: str, password: str) -> str:
    """The same store, entered by another login."""
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{place}").geturl()


def successor(address: str) -> str:
    """The address that comes next: of a database the other login, of Valkey a new token, always a new password."""
    user, _ = login(address)
    if is_database(address):
        user = LOGINS[1] if user == LOGINS[0] else LOGINS[0]
    # 43 characters that no address has to escape and ElastiCache takes.
    return with_login(address, user, secrets.token_urlsafe(32))
