"""The contract against the embedded practice system and against a server written by others."""

import pytest

from tests.sync.contract import PracticeSystemContract


class TestDemoPracticeSystem(PracticeSystemContract):
    pass


class TestSekmet(PracticeSystemContract):
    @pytest.fixture
    def base(self, sekmet_base: str) -> str:
        return sekmet_base
