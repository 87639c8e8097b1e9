"""Danish messages in bulk: an index meets words as common and as rare as in real ones."""

import random
from collections.abc import Iterator
from itertools import accumulate

_COMMON = """
og i jeg det at en er til som på de med han af for ikke der var mig men et har om vi min havde ham hun nu
over da fra du ud sin dem os op man hvor eller hvad skal selv her alle vil blev kunne ind når være noget
ville jo efter ned skulle denne end dette mit også under have dig anden mine alt meget sit mod hvis din
nogle blive hej kære læge venlig hilsen tak mvh dag uge siden ondt fået gerne tid svar
"""
_STEMS = """
udslæt hoste feber smerte hoved mave ryg knæ blod prøve tryk recept medicin pille konsultation barn datter
søn mor far arm ben hals øre øje næse bryst hjerte lunge hud allergi eksem antibiotika penicillin
paracetamol behandling henvisning speciallæge sygehus røntgen scanning vaccine diabetes astma infektion
betændelse svimmel træt søvn angst depression stress vægt kost motion graviditet prævention tand fod negl
finger skulder hofte
"""
_ENDINGS = ("", "en", "et", "er", "erne", "e", "s", "t", "ene", "ens")
_RARE = 40_000
_WORDS_A_MESSAGE = 45

_FIRST_NAMES = """
Anne Mette Kirsten Hanne Søren Åge Jørgen Lærke Bjørn Emma Noah Malthe Ida Freja Karen Marie Ole Poul Inge
Gitte Omar Fatima Zoë José Hüseyin Åse Bodil Sif Kåre Øjvind
"""
_LAST_NAMES = """
Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Kjær Østergård Bøgh
Aagaard Møller Müller Thygesen Abrahamsen Haddad Yılmaz Holm Lund Bech Madsen Skov Dahl Nørgaard Ågård
Ræbild
"""


class ClinicText:
    """Draws the same texts on every run; frequencies fall off with a word's rank, as they do in a language."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        stems = _STEMS.split()
        rare = [first + second + end for first in stems for second in stems for end in _ENDINGS]
        self.random.shuffle(rare)
        self.words = [*_COMMON.split(), *(stem + end for stem in stems for end in _ENDINGS), *rare[:_RARE]]
        self._first_names, self._last_names = _FIRST_NAMES.split(), _LAST_NAMES.split()
        self._weights = list(accumulate(1 / (rank + 3) ** 1.05 for rank in range(len(self.words))))

    def bodies(self, count: int) -> Iterator[str]:
        """Yield message texts of some 270 characters."""
        drawn = self.random.choices(self.words, cum_weights=self._weights, k=count * _WORDS_A_MESSAGE)
        for first in range(0, len(drawn), _WORDS_A_MESSAGE):
            yield " ".join(drawn[first : first + _WORDS_A_MESSAGE])

    def name(self) -> str:
        """Return a patient's name."""
        pick = self.random.choice
        return f"{pick(self._first_names)} {pick(self._last_names)} {pick(self._last_names)}"
