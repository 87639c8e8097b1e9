"""The entries of a Bundle as requests of their own, and their answers as entries."""

from typing import Any
from urllib.parse import parse_qsl

import orjson

from tests.faults.versions import Json
from tests.faults.wire import Answered, Asked


def asked_in(by: str, entry: Json, addresses: dict[str, str]) -> Asked:
    """Return what one entry of a Bundle asks for; `addresses` are those of the entries before it."""
    request = entry["request"]
    path, _, query = str(request["url"]).partition("?")
    headers = {"if-match": request.get("ifMatch"), "if-none-exist": request.get("ifNoneExist")}
    given = {name: value for name, value in headers.items() if value is not None}
    body = orjson.dumps(_rewritten(entry.get("resource"), addresses))
    return Asked(by, str(request["method"]), path, tuple(parse_qsl(query)), given, body)


def _rewritten(value: Any, addresses: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: addresses.get(item, item) if key == "reference" else _rewritten(item, addresses)
            for key, item in value.items()
        }
    return [_rewritten(item, addresses) for item in value] if isinstance(value, list) else value


def answer_in(answer: Answered) -> Json:
    response = {"status": str(answer.status), "etag": answer.headers.get("ETag", "")}
    response["location"] = answer.headers.get("Location", "")
    body = orjson.loads(answer.body) if answer.body else {}
    if answer.status >= 300:
        return {"response": {**response, "outcome": body}}
    return {"resource": body, "response": response}
