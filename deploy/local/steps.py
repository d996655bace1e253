"""Steps shown one by one, each with the time it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Steps:
    """Prints a line when a step begins and its time when it ends."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step; its line ends with the seconds it took, or with ``failed``."""
        began = time.monotonic()
        print(f"  {title:<44}", end="", flush=True)
        try:
            yield
        except BaseException:
            print("failed", flush=True)
            raise
        print(f"{time.monotonic() - began:6.1f} s", flush=True)

    def note(self, text: str) -> None:
        """Say what a running step is busy with."""
        print(f"\n    {text:<42}", end="", flush=True)

    def total(self) -> float:
        """Seconds since the first step."""
        return time.monotonic() - self.began
