"""Outcomes and repetitions, against the embedded practice system, one like Medplum and one by others."""

from tests.sync.contract_outcome import OutcomeContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(OutcomeContract):
    pass


class TestMedplumLike(MedplumLike, OutcomeContract):
    pass


class TestSekmet(Sekmet, OutcomeContract):
    pass
