"""The servers a contract is run against besides the embedded one; each contract has a class for each."""

import pytest


class MedplumLike:
    @pytest.fixture
    def base(self, medplum_base: str) -> str:
        return medplum_base


class Sekmet:
    @pytest.fixture
    def base(self, sekmet_base: str) -> str:
        return sekmet_base
