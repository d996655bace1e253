"""For migrations that build something beside a running shop."""

from typing import Any

from django.db.migrations.operations.base import Operation

# What is built concurrently waits for transactions that began before it, and holds up nobody meanwhile.
LOCK_SECONDS = 60


class Patiently(Operation):
    """Let the statements after it, in a migration with `atomic = False`, take the time they need.

    Connections end statements after five seconds; an index of a large table, or a check of all its rows, takes longer.
    The connection ends with the command, and the bounds with it.
    """

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing about the models changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute("SET statement_timeout = 0")
        schema_editor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "Let statements take their time"
