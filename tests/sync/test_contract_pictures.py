"""Saving pictures, against the embedded practice system, one like Medplum and one written by others."""

from tests.sync.contract_pictures import PictureContract
from tests.sync.peers import MedplumLike, Sekmet


class TestDemo(PictureContract):
    pass


class TestMedplumLike(MedplumLike, PictureContract):
    pass


class TestSekmet(Sekmet, PictureContract):
    pass
