"""How the shop runs: the local engines, containers, infrastructure and what operators need. It owns no shop data."""
