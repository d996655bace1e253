"""What accounts tell the rest of the shop. Ids only; no personal data."""

from dataclasses import dataclass

from shopcloud.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class EmailVerified(Event):
    """A person proved that an email address is theirs."""

    user_id: int
