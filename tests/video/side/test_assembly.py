import hashlib

from hypothesis import given
from hypothesis import strategies as st

from app.video.side.assembly import Arrived, Progress, Spoilt, add, begin
from app.video.side.messages import LARGEST_MESSAGE, PictureHead

pictures = st.integers(1, 5 * LARGEST_MESSAGE).map(lambda size: (bytes(range(256)) * (size // 256 + 1))[:size])
chunk_sizes = st.integers(1024, LARGEST_MESSAGE)


def head_of(data: bytes, size: int | None = None) -> PictureHead:
    return PictureHead(1, 0, len(data) if size is None else size, hashlib.sha256(data).hexdigest())


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(pictures, chunk_sizes)
def test_a_picture_comes_out_as_it_went_in_however_it_is_cut(data: bytes, size: int) -> None:
    incoming, head = begin(head_of(data)), head_of(data)
    chunks = cut(data, size)
    received = 0
    for chunk in chunks[:-1]:
        received += len(chunk)
        after, news = add(incoming, chunk)
        assert news == Progress(head, received)
        assert after is not None
        incoming = after
    assert add(incoming, chunks[-1]) == (None, Arrived(head, data))


@given(pictures, chunk_sizes, st.data())
def test_one_wrong_byte_or_a_lost_chunk_never_passes_for_the_picture(
    data: bytes, size: int, draw: st.DataObject
) -> None:
    chunks = cut(data, size)
    at = draw.draw(st.integers(0, len(chunks) - 1))
    if draw.draw(st.booleans()):
        chunks[at] = bytes([chunks[at][0] ^ 1]) + chunks[at][1:]
    else:
        del chunks[at]
    incoming = begin(head_of(data))
    outcome = None
    for chunk in chunks:
        state, outcome = add(incoming, chunk)
        if state is None:
            break
        incoming = state
    assert not isinstance(outcome, Arrived)


@given(st.binary(max_size=3000), st.integers(1, 2000))
def test_what_is_too_much_ends_it(chunk: bytes, size: int) -> None:
    incoming, news = add(begin(head_of(b"x", size)), chunk)
    assert isinstance(news, Progress | Spoilt)
    assert incoming is None or incoming.received < size


def test_crumbs_are_refused() -> None:
    head = head_of(b"x" * 5000)
    assert add(begin(head), b"x") == (None, Spoilt(head))
    assert add(begin(head), b"") == (None, Spoilt(head))
