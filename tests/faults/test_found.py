"""Histories that once went wrong, as small as they could be made; each is named by what it broke."""

import pytest

from tests.faults.play import play
from tests.faults.steps import parse

FOUND = {
    "a slot claimed with a lost answer, then moved away from": (
        "0 2 0 55; C restart 0 4; A wait 5 0; C book 0 3; B wait 0 0; B storm 3 5; A wait 7 5; A move 2 4"
    ),
    "a slot claimed with a lost answer, then cancelled": (
        "2 2 0 750; C fate 7 4; A book 6 1; B wait 0 3; C cancel 1 1"
    ),
    "moved there to the same time of another clinician": "2 2 0 401; C book 1 1; C wait 4 4; A lps_move 2 0",
    "a slot claimed for a move that was then taken back": (
        "0 2 0 7; A book 0 0; A wait 8 0; A fate 4 0; A move 0 1; A wait 2 0; A cut 0 0; A wait 7 0; "
        "A withdraw 0 0; A mend 0 0"
    ),
    "a slot claimed for a move that was then taken back, and the booking cancelled": (
        "1 2 0 7; A book 0 0; A wait 8 0; A fate 2 1; A move 0 1; A wait 2 0; A cut 0 0; A wait 7 0; "
        "A withdraw 0 0; A cancel 0 0; A mend 0 0"
    ),
    "a slot claimed for a move that was then moved on": (
        "0 2 0 7; A book 0 0; A wait 8 0; A fate 4 0; A move 0 1; A wait 2 0; A cut 0 0; A wait 7 0; "
        "A move 0 2; A mend 0 0"
    ),
    "a slot claimed by a request that came after the move was taken back": (
        "0 2 0 834; A book 0 0; A wait 3 0; A move 7 2; A fate 6 0; B wait 3 1; A withdraw 3 0"
    ),
    "a slot claimed by a request that came after the move had met another": (
        "0 2 0 834; A book 0 0; A wait 3 0; A move 7 2; A cancel 2 4; A fate 6 0; B wait 3 1; A lps_move 6 5"
    ),
    "deleted before the slot it was moved from was let go": (
        "0 2 0 423; A book 2 4; B wait 0 7; A move 4 1; B wait 5 7; A lps_delete 4 6; A fate 2 5; B wait 5 7"
    ),
    "deleted in the practice system": "2 2 0 902; C now 4 0; B wait 3 1; A lps_delete 1 4",
    "deleted before it was confirmed": "0 2 0 206; C book 2 1; A wait 4 0; B lps_delete 5 7",
    "deleted where deletions are not listed": (
        "1 2 0 206; B lps_book 1 0; C book 2 1; A wait 4 0; B wait 8 0; B lps_delete 5 7"
    ),
    "moved here as it was cancelled there": (
        "2 2 0 666; A book 4 7; B wait 4 4; C wait 0 7; C move 6 1; A lps_cancel 4 0"
    ),
    "a wish withdrawn while an earlier one for the same thread waits": (
        "2 2 0 631; A take_over 3 5; A book 4 4; C let_go 3 0; A withdraw 2 1"
    ),
    "killed while the transactions are probed": (
        "0 2 0 754; C now 5 6; C wait 3 6; A storm 3 2; C finish 2 0; C wait 7 4; C doom 0 2; C let_go 7 5"
    ),
    "cancelled there while the patient waited and the time was moved here, and the cancelling let stand": (
        "0 2 0 289; A book 0 0; A book 0 0; A book 0 1; A book 0 1; A lps_book 0 0; A cancel 0 0; A wait 3 0; "
        "A book 0 0; A lps_arrive 0 0; A doom 0 0; A wait 0 3; A book 0 0; A book 0 0; A move 0 0; A lps_cancel 0 0"
    ),
}


@pytest.mark.parametrize("history", FOUND.values(), ids=FOUND.keys())
def test_found_once_and_mended(history: str) -> None:
    assert play(parse(history)) == []
