"""Two consoles at once, against the embedded practice system, one like Medplum and one written by others."""

from tests.sync.contract_races import RaceContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(RaceContract):
    pass


class TestMedplumLike(MedplumLike, RaceContract):
    pass


class TestSekmet(Sekmet, RaceContract):
    pass
