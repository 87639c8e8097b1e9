"""JSON as FHIR needs it: decimals keep the digits they were written with (7.80 never becomes 7.8)."""

import json
import re

import orjson

from app.domain.errors import ErrorKind, KlinikError

JsonObject = dict[str, object]

_DECIMAL = re.compile(rb'":\s*-?\d+[.eE]')
_DECIMAL_SPACED = re.compile(rb'"\s*:\s*-?\d+[.eE]')
"""A number with a fraction or an exponent as a value (FHIR has no lists of them).

Both are also met inside texts, which only costs time; the first is ten times as fast, for its beginning is fixed.
"""
_SPACE_BEFORE_COLON = (b" :", b"\n:", b"\r:", b"\t:")


def read_json(body: bytes) -> JsonObject:
    """Parse a JSON object; a decimal becomes an opaque fragment that `write_json` writes back letter by letter.

    Raises KlinikError(PRACTICE_RUBBISH) when the body is not a JSON object.
    """
    try:
        value = orjson.loads(body)
        spaced = any(colon in body for colon in _SPACE_BEFORE_COLON)
        if (_DECIMAL_SPACED if spaced else _DECIMAL).search(body):
            value = json.loads(body, parse_float=_keep)
    except (ValueError, RecursionError) as error:
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "the answer is not JSON") from error
    if not isinstance(value, dict):
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "the answer is not a JSON object")
    return value


def write_json(value: JsonObject) -> bytes:
    """Return the object as JSON in UTF-8; raises ValueError when it is nested too deep to be written."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise ValueError("cannot be written as JSON") from error


def _keep(digits: str) -> orjson.Fragment:
    return orjson.Fragment(digits)
