"""What a DAX cluster does with calls: items and results it remembers, and the local DynamoDB behind them."""

import threading
import time
from collections import Counter

from amazondax.Constants import DaxResponseParam, ReturnValuesValues

from shopcloud.lib import aws
from tests.catalog.dynamo import dax_wire as wire
from tests.catalog.dynamo.dax_expressions import Written

# As the cluster's parameter group in deploy/terraform/modules/dax says.
ITEM_SECONDS = 60.0
QUERY_SECONDS = 15.0
NOTHING = object()


class Remembered:
    """Values by key for a while; that something was not there is remembered as well."""

    def __init__(self, seconds):
        self._seconds = seconds
        self._kept = {}

    def get(self, key):
        value, until = self._kept.get(key, (NOTHING, 0.0))
        return value if time.monotonic() < until else NOTHING

    def put(self, key, value):
        self._kept[key] = (value, time.monotonic() + self._seconds)

    def clear(self):
        self._kept.clear()


class AttributeLists:
    """Names of attributes by number, so that no item carries them. 1 is the empty list."""

    def __init__(self):
        self._lock = threading.Lock()
        self._numbers = {(): 1}
        self._names = {1: ()}

    def number(self, names):
        with self._lock:
            found = self._numbers.setdefault(tuple(names), len(self._numbers) + 1)
            self._names[found] = tuple(names)
            return found

    def names(self, number):
        return self._names[number]


class DaxCluster:
    """Item cache and query cache as DAX has them: writes reach items and not results; strong reads pass by."""

    def __init__(self):
        self.items = Remembered(ITEM_SECONDS)
        self.results = Remembered(QUERY_SECONDS)
        self.lists = AttributeLists()
        self.asked = Counter()
        self.hits = Counter()
        self.strong = 0
        self.batches = []
        self.leave = 0
        self._schemas = {}
        self._count = threading.Lock()

    def answer(self, method, arguments):
        """The body of the answer. Raises ClientError as DynamoDB refuses."""
        with self._count:
            self.asked[method] += 1
        return getattr(self, f"_{method}")(*arguments)

    # -- what the client has to know -------------------------------------------------------------------------

    def _defineKeySchema(self, table):
        return wire.key_schema(self._schema(table.decode()))

    def _defineAttributeListId(self, names):
        return wire.list_number(self.lists.number(names))

    def _defineAttributeList(self, number):
        return wire.attribute_list(self.lists.names(number))

    def _schema(self, table):
        if table not in self._schemas:
            about = aws.dynamodb().describe_table(TableName=table)["Table"]
            kinds = {part["AttributeName"]: part["AttributeType"] for part in about["AttributeDefinitions"]}
            parts = sorted(about["KeySchema"], key=lambda part: part["KeyType"])  # HASH before RANGE
            names = [part["AttributeName"] for part in parts]
            self._schemas[table] = [{"AttributeName": name, "AttributeType": kinds[name]} for name in names]
        return self._schemas[table]

    # -- reads -----------------------------------------------------------------------------------------------

    def _getItem(self, table, key, options):
        table, strong = table.decode(), bool(options.get("ConsistentRead"))
        self.strong += strong
        item = NOTHING if strong else self.items.get((table, key))
        if item is NOTHING:
            request = {"Key": wire.key_of(key, self._schema(table)), "ConsistentRead": strong}
            item = aws.dynamodb().get_item(TableName=table, **request).get("Item")
            if not strong:
                self.items.put((table, key), item)
        else:
            self.hits["item"] += 1
        return wire.one(item and wire.item_bytes(item, self._schema(table), self.lists))

    def _batchGetItem(self, tables, _options):
        found, left = {}, {}
        for table, (strong, _projection, keys) in tables.items():
            self.strong += bool(strong)
            self.batches.append(len(keys))
            schema = self._schema(table)
            if self.leave:
                self.leave -= 1
                keys, left[table] = keys[: len(keys) // 2], keys[len(keys) // 2 :]
            items = self._batch(table, keys, strong=bool(strong))
            found[table] = [(key, wire.item_bytes(item, schema, self.lists)) for key, item in items.items() if item]
        return wire.batch(found, left)

    def _batch(self, table, keys, *, strong):
        """Items by key, None where there is none."""
        items = {key: NOTHING if strong else self.items.get((table, key)) for key in keys}
        unknown = [key for key, item in items.items() if item is NOTHING]
        self.hits["item"] += len(items) - len(unknown)
        if unknown:
            schema = self._schema(table)
            asked = {"Keys": [wire.key_of(key, schema) for key in unknown], "ConsistentRead": strong}
            read = aws.dynamodb().batch_get_item(RequestItems={table: asked})["Responses"][table]
            items |= dict.fromkeys(unknown) | {wire.key_bytes(item, schema): item for item in read}
            if not strong:
                for key in unknown:
                    self.items.put((table, key), items[key])
        return items

    def _query(self, table, condition, options):
        name = (table, condition, repr(sorted(options.items(), key=lambda option: option[0])))
        strong = bool(options.get("ConsistentRead"))
        self.strong += strong
        body = NOTHING if strong else self.results.get(name)
        if body is NOTHING:
            body = self._queried(table.decode(), condition, options)
            if not strong:
                self.results.put(name, body)
        else:
            self.hits["query"] += 1
        return body

    def _queried(self, table, condition, options):
        written, schema = Written(), self._schema(table)
        request = {"TableName": table, "KeyConditionExpression": written.condition(wire.decoder(condition))}
        request |= {name: options[name] for name in ("Limit",) if name in options}
        request |= {name: bool(options[name]) for name in ("ScanIndexForward", "ConsistentRead") if name in options}
        request["IndexName"] = options["IndexName"].decode()
        if "ExclusiveStartKey" in options:
            request["ExclusiveStartKey"] = wire.start_key_of(options["ExclusiveStartKey"])
        answer = aws.dynamodb().query(**request, **written.placeholders())
        items = [(wire.key_bytes(item, schema), wire.item_bytes(item, schema, self.lists)) for item in answer["Items"]]
        return wire.page(items, last=answer.get("LastEvaluatedKey"))

    # -- writes ----------------------------------------------------------------------------------------------

    def _putItem(self, table, key, values, options):
        table = table.decode()
        item = wire.item_of(values, self.lists) | wire.key_of(key, self._schema(table))
        written = Written()
        request = self._condition(options, written)
        aws.dynamodb().put_item(TableName=table, Item=item, **request, **written.placeholders())
        self.items.put((table, key), item)
        return wire.one(None)

    def _updateItem(self, table, key, options):
        table, written = table.decode(), Written()
        request = self._condition(options, written)
        request["UpdateExpression"] = written.update(wire.decoder(options["UpdateExpression"]))
        request |= {"TableName": table, "Key": wire.key_of(key, self._schema(table)), "ReturnValues": "ALL_NEW"}
        item = aws.dynamodb().update_item(**request, **written.placeholders())["Attributes"]
        self.items.put((table, key), item)
        wanted = options.get("ReturnValues") == ReturnValuesValues.ALL_NEW
        sent = wire.item_bytes(item, self._schema(table), self.lists) if wanted else None
        return wire.one(sent, param=DaxResponseParam.Attributes)

    def _condition(self, options, written):
        if "ConditionExpression" not in options:
            return {}
        return {"ConditionExpression": written.condition(wire.decoder(options["ConditionExpression"]))}
