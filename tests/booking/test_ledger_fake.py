"""The ledger these tests run on keeps the promises every ledger keeps, so that it cannot lie."""

import pytest

from app.domain.ports.store import BookingLedger
from tests.booking.memory_ledger import MemoryLedger
from tests.store.builders import SettableClock
from tests.store.ledger_contract import LedgerContract


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def clock(self) -> SettableClock:
        return SettableClock()

    @pytest.fixture
    def ledger(self, clock: SettableClock) -> BookingLedger:
        return MemoryLedger(clock)
