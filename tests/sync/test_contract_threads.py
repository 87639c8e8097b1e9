"""Taking threads, against the embedded practice system, one like Medplum and one written by others."""

from tests.sync.contract_threads import ThreadContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(ThreadContract):
    pass


class TestMedplumLike(MedplumLike, ThreadContract):
    pass


class TestSekmet(Sekmet, ThreadContract):
    pass
