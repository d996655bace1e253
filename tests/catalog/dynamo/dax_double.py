"""A DAX cluster for tests: the real client's calls alone, answered by the local DynamoDB, and a plug to pull."""

import inspect
from collections import Counter

from amazondax import AmazonDaxClient
from amazondax.DaxError import DaxClientError, DaxErrorCode, DaxServiceError
from botocore.exceptions import ClientError

from shopcloud.lib import aws

# What the real client forwards to the cluster; every other public method of it raises NotImplementedError.
CALLS = frozenset(
    name
    for name, method in inspect.getmembers(AmazonDaxClient, inspect.isfunction)
    if not name.startswith("_") and "_request(" in inspect.getsource(method)
)


class DaxDouble:
    """Anything but the real client's calls is refused, as the real one refuses it."""

    def __init__(self):
        self.served = Counter()
        self.requests = []
        self.failure = None
        self.closed = False
        self.unread = 0

    def close(self):
        self.closed = True

    def __getattr__(self, name):
        if name not in CALLS:
            getattr(AmazonDaxClient, name)  # AttributeError for what the real client has never heard of
            raise NotImplementedError(name)
        return lambda **request: self._serve(name, request)

    def _serve(self, name, request):
        if self.failure:
            raise self.failure
        self.served[name] += 1
        self.requests.append(request)
        if self.unread and name == "batch_get_item":
            self.unread -= 1
            return {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}
        try:
            return getattr(aws.dynamodb(), name)(**request)
        except ClientError as refused:
            # Like the real one, it tells the code and not the item that stood in the way.
            error = refused.response["Error"]
            raise DaxServiceError(name, error.get("Message"), (), "request", error["Code"], 400) from None


def no_route():
    return DaxClientError("No cluster endpoints available", DaxErrorCode.NoRoute)


def cut_off():
    return DaxServiceError.from_no_more_data_exception("GetItem", EOFError())
