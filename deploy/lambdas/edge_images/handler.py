"""Lambda@Edge on CloudFront's origin request: runs only where the edge has no copy yet, for each format once."""

from typing import Any

from media.edge import negotiated


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The request as it goes on to S3. An exception would be a 502 for the viewer, so what is odd passes as it is."""
    request: dict[str, Any] = event["Records"][0]["cf"]["request"]
    named = request.get("headers", {}).get("accept", [])
    request["uri"] = negotiated(request["uri"], ",".join(header.get("value", "") for header in named))
    return request
