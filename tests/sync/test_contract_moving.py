"""Moving and conflicts, against the embedded practice system, one like Medplum and one written by others."""

from tests.sync.contract_moving import MovingContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(MovingContract):
    pass


class TestMedplumLike(MedplumLike, MovingContract):
    pass


class TestSekmet(Sekmet, MovingContract):
    pass
