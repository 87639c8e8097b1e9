"""Booking and cancelling, against the embedded practice system, one like Medplum and one written by others."""

from tests.sync.contract_writing import WritingContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(WritingContract):
    pass


class TestMedplumLike(MedplumLike, WritingContract):
    pass


class TestSekmet(Sekmet, WritingContract):
    pass
