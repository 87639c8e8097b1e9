"""Two outcomes of one consultation, against the embedded practice system, one like Medplum and one by others."""

from tests.sync.contract_two_outcomes import TwoOutcomesContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(TwoOutcomesContract):
    pass


class TestMedplumLike(MedplumLike, TwoOutcomesContract):
    pass


class TestSekmet(Sekmet, TwoOutcomesContract):
    pass
