"""Extending, against the embedded practice system, one like Medplum and one written by others."""

from tests.sync.contract_extending import ExtendingContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(ExtendingContract):
    pass


class TestMedplumLike(MedplumLike, ExtendingContract):
    pass


class TestSekmet(Sekmet, ExtendingContract):
    pass
