"""The console's half of the practice system, one for each user at a PC."""

import aiohttp

from app.domain.clinic_time import utc_now
from app.domain.patient import Clinician
from app.sync.fhir.authentication import NoSignIn
from app.sync.fhir.practice_system import FhirPracticeSystem
from tests.sync.practice import Found


class Console(FhirPracticeSystem):
    """The adapter as the program builds it, and who uses it."""

    def __init__(self, base: str, session: aiohttp.ClientSession, user: Clinician) -> None:
        super().__init__(base, session, utc_now, NoSignIn(), user, Found())
        self.user = user
