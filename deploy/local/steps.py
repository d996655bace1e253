"""Steps shown one by one, each with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Steps:
    """Prints a line when a step begins and its time when it ends."""

    def __init__(self) -> None:
        # Kept, because a step may send its own prints elsewhere.
        self.out = sys.stdout
        self.began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step; its line ends with the seconds it took, or with ``failed``."""
        began = time.monotonic()
        self._write(f"  {title:<44}")
        try:
            yield
        except BaseException:
            self._write("failed\n")
            raise
        self._write(f"{time.monotonic() - began:6.1f} s\n")

    def note(self, text: str) -> None:
        """Say what a running step is busy with."""
        self._write(f"\n    {text:<42}")

    def total(self) -> float:
        """Seconds since the first step."""
        return time.monotonic() - self.began

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()
