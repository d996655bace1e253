"""Tasks and commands that belong to the shop as a whole rather than to one app."""
