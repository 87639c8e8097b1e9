"""JSON Patch on the JSON of a resource."""

import copy
from typing import Any

import pytest

from app.demo.practice_system.json_patch import MAX_OPERATIONS, patched
from app.demo.practice_system.problems import FhirError

RESOURCE: dict[str, Any] = {"status": "booked", "name": [{"given": ["Åse", "Test"]}], "a/b~c": 1}


@pytest.mark.parametrize(
    ("operation", "changed"),
    [
        ({"op": "add", "path": "/comment", "value": "x"}, {"comment": "x"}),
        ({"op": "replace", "path": "/status", "value": "cancelled"}, {"status": "cancelled"}),
        ({"op": "add", "path": "/name/0/given/-", "value": "Ny"}, {"name": [{"given": ["Åse", "Test", "Ny"]}]}),
        ({"op": "add", "path": "/name/0/given/0", "value": "Ny"}, {"name": [{"given": ["Ny", "Åse", "Test"]}]}),
        ({"op": "replace", "path": "/name/0/given/1", "value": "Ny"}, {"name": [{"given": ["Åse", "Ny"]}]}),
        ({"op": "remove", "path": "/name/0/given/1"}, {"name": [{"given": ["Åse"]}]}),
        ({"op": "test", "path": "/status", "value": "booked"}, {}),
        ({"op": "replace", "path": "/a~1b~0c", "value": 2}, {"a/b~c": 2}),
    ],
)
def test_an_operation(operation: dict[str, object], changed: dict[str, object]) -> None:
    before = copy.deepcopy(RESOURCE)
    assert patched(RESOURCE, [operation]) == RESOURCE | changed
    assert before == RESOURCE


def test_remove_takes_an_element_away() -> None:
    assert "status" not in patched(RESOURCE, [{"op": "remove", "path": "/status"}])


@pytest.mark.parametrize(
    ("operations", "status"),
    [
        ({}, 400),
        ([[]], 400),
        ([{"op": "move", "from": "/a", "path": "/b"}], 400),
        ([{"op": "add", "path": "status", "value": 1}], 400),
        ([{"op": "add", "path": "/status"}], 400),
        ([{"op": "test", "path": "/status", "value": "x"}] * (MAX_OPERATIONS + 1), 400),
        ([{"op": "test", "path": "/status", "value": "cancelled"}], 422),
        ([{"op": "remove", "path": "/comment"}], 422),
        ([{"op": "replace", "path": "/name/1", "value": {}}], 422),
        ([{"op": "replace", "path": "/name/x", "value": {}}], 422),
        ([{"op": "add", "path": "/name/3", "value": {}}], 422),
        ([{"op": "add", "path": "/status/x", "value": {}}], 422),
        ([{"op": "remove", "path": f"/name/{'9' * 5000}"}], 422),
    ],
)
def test_a_wrong_patch_is_refused(operations: object, status: int) -> None:
    with pytest.raises(FhirError) as refused:
        patched(RESOURCE, operations)
    assert refused.value.status == status
