"""The one table of event -> handlers: who reacts to what. Handlers are called by the outbox relay, at least once."""

from shopcloud.lib.outbox import Subscriptions

HANDLERS: Subscriptions = {}
