"""Asking in one request whether anything happened at all: what most polls of a day come to."""

import logging
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from app.domain.errors import KlinikError
from app.sync.fhir.bundle import next_link
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import FhirClient
from app.sync.fhir.elements import as_object, objects, text
from app.sync.fhir.http import NO_CONNECTION
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.paging import as_query

_log = logging.getLogger(__name__)


class IdleCheck:
    """A batch of one small question for each type; a server that cannot answer it is not asked that way again."""

    def __init__(self, client: FhirClient) -> None:
        self._client = client
        self._works = True

    async def quiet(self, capabilities: FhirCapabilities, since: Mapping[str, datetime]) -> frozenset[str]:
        """Return the types of which nothing was changed or, if they have a history, deleted since an instant.

        Raises KlinikError when the server cannot be reached.
        """
        questions = {name: url for name, at in since.items() if (url := _question(capabilities, name, at))}
        if not capabilities.batch or not self._works or len(questions) < 2:
            return frozenset()
        entries = [{"request": {"method": "GET", "url": url}} for url in questions.values()]
        try:
            answer = await self._client.transact({"resourceType": "Bundle", "type": "batch", "entry": entries})
        except KlinikError as error:
            if error.kind in NO_CONNECTION:
                raise
            _log.warning("asking for all types at once: %s", error)
            self._works = False
            return frozenset()
        answers = objects(answer.body.get("entry"))
        self._works = len(answers) == len(questions) and all(_answered(entry) for entry in answers)
        pairs = zip(questions, answers, strict=True) if self._works else ()
        return frozenset(name for name, entry in pairs if _empty(as_object(entry.get("resource"))))


def _question(capabilities: FhirCapabilities, resource_type: str, since: datetime) -> str | None:
    if resource_type in capabilities.type_history:
        return f"{resource_type}/_history?{urlencode({'_since': as_query(since), '_count': '1'})}"
    if "_lastUpdated" in capabilities.search_parameters.get(resource_type, frozenset()):
        return f"{resource_type}?{urlencode({'_lastUpdated': f'ge{as_query(since)}', '_count': '1'})}"
    return None


def _answered(entry: JsonObject) -> bool:
    good = text(as_object(entry.get("response")).get("status")).startswith("2")
    return good and as_object(entry.get("resource")).get("resourceType") == "Bundle"


def _empty(bundle: JsonObject) -> bool:
    """Whether a Bundle holds nothing, not even a remark or a way to more."""
    return not bundle.get("entry") and not next_link(bundle)
