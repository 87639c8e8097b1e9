"""The contract of reading, against each server there is."""

from tests.sync.contract_reading import ReadingContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemoPracticeSystem(ReadingContract):
    pass


class TestMedplumLike(MedplumLike, ReadingContract):
    pass


class TestSekmet(Sekmet, ReadingContract):
    pass
