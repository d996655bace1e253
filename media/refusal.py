"""Why an upload is not taken."""


class RefusedUpload(ValueError):
    """The file cannot be kept; `reason` says why and what to send instead."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)
