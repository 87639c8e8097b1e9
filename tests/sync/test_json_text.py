import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.json_text import read_json, write_json

decimals = st.from_regex(r"-?(0|[1-9][0-9]{0,8})\.[0-9]{1,12}([eE][+-]?[0-9]{1,2})?", fullmatch=True)


@given(
    first=decimals,
    second=decimals,
    space=st.sampled_from(["", " ", "  ", "\n", "\t"]),
    words=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_decimals_come_back_letter_by_letter(first: str, second: str, space: str, words: str) -> None:
    body = f'{{"value":{first},"words":{json.dumps(words)},"deep":[{{"x"{space}:{space}{second}}},1]}}'.encode()
    written = write_json(read_json(body))
    assert f'"value":{first},'.encode() in written
    assert written.endswith(f'"deep":[{{"x":{second}}},1]}}'.encode())


def test_times_with_fractions_are_no_decimals() -> None:
    assert read_json(b'{"at":"2026-11-20T07:07:39.531Z","n":7}') == {"at": "2026-11-20T07:07:39.531Z", "n": 7}


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{", b'{"a":NaN}', b"\xff", b'{"a":1.5,' * 9, b"[" * 5000])
def test_what_is_no_object_is_rubbish(body: bytes) -> None:
    with pytest.raises(KlinikError) as failure:
        read_json(body)
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(KlinikError):
        read_json(b'{"a":1.5,"b":' + b"[" * 1000 + b"]" * 1000 + b"}")
    deep: dict[str, object] = {}
    for _ in range(400):
        deep = {"a": deep}
    with pytest.raises(ValueError, match="JSON"):
        write_json(deep)
