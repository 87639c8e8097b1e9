"""What each resource type has: the one table that validation, search and the CapabilityStatement are read from.

Elements, required codes and search parameters are those of FHIR R4 4.0.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto, unique


@unique
class SearchKind(Enum):
    """The kinds of search parameter, named as FHIR does."""

    TOKEN = auto()
    REFERENCE = auto()
    DATE = auto()
    STRING = auto()


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """A search parameter: where its values are, and for references which types it may point at."""

    kind: SearchKind
    paths: tuple[str, ...]
    targets: tuple[str, ...] = ()
    contact_system: str | None = None
    """For ContactPoints: only those of this system."""


@dataclass(frozen=True, slots=True)
class ResourceDefinition:
    """A resource type: `repeating` elements hold lists, `codes` are the required bindings by path."""

    elements: frozenset[str]
    repeating: frozenset[str]
    required: frozenset[str]
    codes: Mapping[str, frozenset[str]]
    search: Mapping[str, SearchParameter] = field(default_factory=dict)


def _token(*paths: str) -> SearchParameter:
    return SearchParameter(SearchKind.TOKEN, paths)


def _date(*paths: str) -> SearchParameter:
    return SearchParameter(SearchKind.DATE, paths)


def _string(*paths: str) -> SearchParameter:
    return SearchParameter(SearchKind.STRING, paths)


def _reference(path: str, *targets: str) -> SearchParameter:
    return SearchParameter(SearchKind.REFERENCE, (path,), targets)


def _define(
    elements: str, required: str = "", codes: Mapping[str, str] | None = None, **search: SearchParameter
) -> ResourceDefinition:
    """Read a definition from its short form; a star marks an element that repeats, `_` in names stands for `-`."""
    names = (_COMMON_ELEMENTS + elements).split()
    return ResourceDefinition(
        elements=frozenset(name.rstrip("*") for name in names),
        repeating=frozenset(name.rstrip("*") for name in names if name.endswith("*")),
        required=frozenset(required.split()),
        codes={path: frozenset(allowed.split()) for path, allowed in (codes or {}).items()},
        search={name.replace("_", "-"): parameter for name, parameter in search.items()} | COMMON_SEARCH,
    )


_COMMON_ELEMENTS = "resourceType id meta implicitRules language text contained* extension* modifierExtension* "
COMMON_SEARCH = {"_id": _token("id"), "_lastUpdated": _date("meta.lastUpdated")}

_HUMAN_NAME = ("name.text", "name.family", "name.given", "name.prefix")
_GENDER = {"gender": "male female other unknown"}
_PHONE = SearchParameter(SearchKind.TOKEN, ("telecom",), contact_system="phone")

DEFINITIONS: Mapping[str, ResourceDefinition] = {
    "Patient": _define(
        "identifier* active name* telecom* gender birthDate deceasedBoolean deceasedDateTime address* "
        "maritalStatus multipleBirthBoolean multipleBirthInteger photo* contact* communication* "
        "generalPractitioner* managingOrganization link*",
        codes=_GENDER,
        identifier=_token("identifier"),
        active=_token("active"),
        name=_string(*_HUMAN_NAME),
        family=_string("name.family"),
        given=_string("name.given"),
        birthdate=_date("birthDate"),
        gender=_token("gender"),
        phone=_PHONE,
        telecom=_token("telecom"),
        general_practitioner=_reference("generalPractitioner", "Organization", "Practitioner"),
    ),
    "Practitioner": _define(
        "identifier* active name* telecom* address* gender birthDate photo* qualification* communication*",
        codes=_GENDER,
        identifier=_token("identifier"),
        active=_token("active"),
        name=_string(*_HUMAN_NAME),
        family=_string("name.family"),
        given=_string("name.given"),
        phone=_PHONE,
    ),
    "Organization": _define(
        "identifier* active type* name alias* telecom* address* partOf contact* endpoint*",
        identifier=_token("identifier"),
        active=_token("active"),
        name=_string("name", "alias"),
        partof=_reference("partOf", "Organization"),
    ),
    "Schedule": _define(
        "identifier* active serviceCategory* serviceType* specialty* actor* planningHorizon comment",
        required="actor",
        identifier=_token("identifier"),
        active=_token("active"),
        actor=_reference("actor", "Practitioner"),
        date=_date("planningHorizon"),
        service_type=_token("serviceType"),
    ),
    "Slot": _define(
        "identifier* serviceCategory* serviceType* specialty* appointmentType schedule status start end overbooked "
        "comment",
        required="schedule status start end",
        codes={"status": "busy free busy-unavailable busy-tentative entered-in-error"},
        identifier=_token("identifier"),
        schedule=_reference("schedule", "Schedule"),
        status=_token("status"),
        start=_date("start"),
        service_type=_token("serviceType"),
    ),
    "Appointment": _define(
        "identifier* status cancelationReason serviceCategory* serviceType* specialty* appointmentType reasonCode* "
        "reasonReference* priority description supportingInformation* start end minutesDuration slot* created "
        "comment patientInstruction basedOn* participant* requestedPeriod*",
        required="status participant",
        codes={
            "status": "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in "
            "waitlist",
            "participant.status": "accepted declined tentative needs-action",
        },
        identifier=_token("identifier"),
        status=_token("status"),
        date=_date("start"),
        actor=_reference("participant.actor", "Patient", "Practitioner"),
        patient=_reference("participant.actor", "Patient"),
        practitioner=_reference("participant.actor", "Practitioner"),
        slot=_reference("slot", "Slot"),
        service_type=_token("serviceType"),
        part_status=_token("participant.status"),
    ),
    "Communication": _define(
        "identifier* instantiatesCanonical* instantiatesUri* basedOn* partOf* inResponseTo* status statusReason "
        "category* priority medium* subject topic about* encounter sent received recipient* sender reasonCode* "
        "reasonReference* payload* note*",
        required="status",
        codes={
            "status": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
            "priority": "routine urgent asap stat",
        },
        identifier=_token("identifier"),
        status=_token("status"),
        category=_token("category"),
        subject=_reference("subject", "Patient"),
        patient=_reference("subject", "Patient"),
        sender=_reference("sender", "Patient", "Practitioner", "Organization"),
        recipient=_reference("recipient", "Patient", "Practitioner", "Organization"),
        encounter=_reference("encounter", "Encounter"),
        sent=_date("sent"),
        received=_date("received"),
    ),
    "Encounter": _define(
        "identifier* status statusHistory* class classHistory* type* serviceType priority subject episodeOfCare* "
        "basedOn* participant* appointment* period length reasonCode* reasonReference* diagnosis* account* "
        "hospitalization location* serviceProvider partOf",
        required="status class",
        codes={"status": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"},
        identifier=_token("identifier"),
        status=_token("status"),
        type=_token("type"),
        subject=_reference("subject", "Patient"),
        patient=_reference("subject", "Patient"),
        appointment=_reference("appointment", "Appointment"),
        participant=_reference("participant.individual", "Practitioner"),
        date=_date("period"),
        **{"class": _token("class")},
    ),
    "ChargeItem": _define(
        "identifier* definitionUri* definitionCanonical* status partOf* code subject context occurrenceDateTime "
        "occurrencePeriod occurrenceTiming performer* performingOrganization requestingOrganization costCenter "
        "quantity bodysite* factorOverride priceOverride overrideReason enterer enteredDate reason* service* "
        "productReference productCodeableConcept account* note* supportingInformation*",
        required="status code subject",
        codes={"status": "planned billable not-billable aborted billed entered-in-error unknown"},
        identifier=_token("identifier"),
        code=_token("code"),
        subject=_reference("subject", "Patient"),
        patient=_reference("subject", "Patient"),
        context=_reference("context", "Encounter"),
        performer_actor=_reference("performer.actor", "Practitioner", "Organization"),
        occurrence=_date("occurrenceDateTime", "occurrencePeriod"),
        entered_date=_date("enteredDate"),
    ),
    "DocumentReference": _define(
        "masterIdentifier identifier* status docStatus type category* subject date author* authenticator custodian "
        "relatesTo* description securityLabel* content* context",
        required="status content",
        codes={
            "status": "current superseded entered-in-error",
            "docStatus": "preliminary final amended entered-in-error",
        },
        identifier=_token("masterIdentifier", "identifier"),
        status=_token("status"),
        type=_token("type"),
        category=_token("category"),
        subject=_reference("subject", "Patient"),
        patient=_reference("subject", "Patient"),
        author=_reference("author", "Practitioner", "Organization"),
        encounter=_reference("context.encounter", "Encounter"),
        date=_date("date"),
    ),
}
