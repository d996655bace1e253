"""Business events: frozen dataclasses that each app declares in its `events.py` and others subscribe to.

An event is a fact in the past tense with ids and plain values, small enough to travel as JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, ClassVar


class UnknownEvent(LookupError):
    """A stored event has no class in this release: it comes from a newer one, or its class was removed."""


class Event:
    """Base of all events. Subclass as `@dataclass(frozen=True, kw_only=True)`; the class name is the event's name."""

    registry: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Event.registry[cls.__name__] = cls

    @property
    def name(self) -> str:
        return type(self).__name__

    def payload(self) -> dict[str, Any]:
        return asdict(self)  # type: ignore[call-overload,no-any-return]


def load(name: str, payload: Mapping[str, Any]) -> Event:
    """The event stored under `name`; fields a newer release added are ignored, so rolling deploys are safe."""
    try:
        cls = Event.registry[name]
    except KeyError:
        raise UnknownEvent(f"No event is called {name!r} in this release.") from None
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    return cls(**{k: v for k, v in payload.items() if k in known})
