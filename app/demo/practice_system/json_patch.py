"""JSON Patch (RFC 6902), as far as FHIR servers need it: test, add, replace and remove."""

import copy
from typing import cast

from app.demo.practice_system.problems import FhirError, JsonObject, invalid

PATCH_TYPE = "application/json-patch+json"
MAX_OPERATIONS = 100


def patched(resource: JsonObject, operations: object) -> JsonObject:
    """Return a patched copy; raises FhirError 400 for what is no patch, 422 for one that does not fit."""
    if not isinstance(operations, list) or len(operations) > MAX_OPERATIONS:
        raise invalid(f"a patch is a list of at most {MAX_OPERATIONS} operations")
    result: object = copy.deepcopy(resource)
    for operation in operations:
        if not isinstance(operation, dict):
            raise invalid("an operation of a patch is an object")
        match operation:
            case {"op": "test" | "add" | "replace" | "remove" as kind, "path": str(path)} if path.startswith("/"):
                _apply(result, kind, _steps(path), operation)
            case _:
                raise invalid("an operation is test, add, replace or remove, with the path of an element")
    return cast(JsonObject, result)


def _apply(target: object, kind: str, steps: list[str], operation: dict[str, object]) -> None:
    if kind != "remove" and "value" not in operation:
        raise invalid(f"{kind} has no value")
    value = copy.deepcopy(operation.get("value"))
    *way, last = steps
    for step in way:
        target = _child(target, step)
    if kind == "test":
        if _child(target, last) != value:
            raise FhirError(422, "processing", "a test of the patch does not hold")
    elif isinstance(target, dict):
        if kind != "add":
            _child(target, last)
        _set_or_drop(target, last, value, drop=kind == "remove")
    elif isinstance(target, list):
        _change_list(target, kind, last, value)
    else:
        raise _no_such_place()


def _change_list(target: list[object], kind: str, last: str, value: object) -> None:
    if kind == "add" and last == "-":
        target.append(value)
        return
    index = _index(last, len(target) + (kind == "add"))
    if kind == "add":
        target.insert(index, value)
    elif kind == "remove":
        del target[index]
    else:
        target[index] = value


def _set_or_drop(target: JsonObject, name: str, value: object, *, drop: bool) -> None:
    if drop:
        del target[name]
    else:
        target[name] = value


def _child(target: object, step: str) -> object:
    if isinstance(target, dict) and step in target:
        return target[step]
    if isinstance(target, list):
        return target[_index(step, len(target))]
    raise _no_such_place()


def _index(text: str, length: int) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 6 or int(text) >= length:
        raise _no_such_place()
    return int(text)


def _steps(path: str) -> list[str]:
    """Read a JSON Pointer (RFC 6901)."""
    return [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]


def _no_such_place() -> FhirError:
    return FhirError(422, "processing", "the patch names an element that is not there")
