"""What each resource type has: the one table that validation, search and the CapabilityStatement are read from.

Elements, required codes and search parameters are those of FHIR R4 4.0.1.
"""

from collections.abc import Mapping

from app.demo.practice_system.definition import (
    ResourceDefinition,
    SearchKind,
    SearchParameter,
    date,
    define,
    reference,
    text,
    token,
)

_HUMAN_NAME = ("name.text", "name.family", "name.given", "name.prefix")
_GENDER = {"gender": "male female other unknown"}
_PHONE = SearchParameter(SearchKind.TOKEN, ("telecom",), contact_system="phone")

DEFINITIONS: Mapping[str, ResourceDefinition] = {
    "Patient": define(
        "identifier* active name* telecom* gender birthDate deceasedBoolean deceasedDateTime address* "
        "maritalStatus multipleBirthBoolean multipleBirthInteger photo* contact* communication* "
        "generalPractitioner* managingOrganization link*",
        codes=_GENDER,
        identifier=token("identifier"),
        active=token("active"),
        name=text(*_HUMAN_NAME),
        family=text("name.family"),
        given=text("name.given"),
        birthdate=date("birthDate"),
        gender=token("gender"),
        phone=_PHONE,
        telecom=token("telecom"),
        general_practitioner=reference("generalPractitioner", "Organization", "Practitioner"),
    ),
    "Practitioner": define(
        "identifier* active name* telecom* address* gender birthDate photo* qualification* communication*",
        codes=_GENDER,
        identifier=token("identifier"),
        active=token("active"),
        name=text(*_HUMAN_NAME),
        family=text("name.family"),
        given=text("name.given"),
        phone=_PHONE,
    ),
    "Organization": define(
        "identifier* active type* name alias* telecom* address* partOf contact* endpoint*",
        identifier=token("identifier"),
        active=token("active"),
        name=text("name", "alias"),
        partof=reference("partOf", "Organization"),
    ),
    "Schedule": define(
        "identifier* active serviceCategory* serviceType* specialty* actor* planningHorizon comment",
        required="actor",
        identifier=token("identifier"),
        active=token("active"),
        actor=reference("actor", "Practitioner"),
        date=date("planningHorizon"),
        service_type=token("serviceType"),
    ),
    "Slot": define(
        "identifier* serviceCategory* serviceType* specialty* appointmentType schedule status start end overbooked "
        "comment",
        required="schedule status start end",
        codes={"status": "busy free busy-unavailable busy-tentative entered-in-error"},
        identifier=token("identifier"),
        schedule=reference("schedule", "Schedule"),
        status=token("status"),
        start=date("start"),
        service_type=token("serviceType"),
    ),
    "Appointment": define(
        "identifier* status cancelationReason serviceCategory* serviceType* specialty* appointmentType reasonCode* "
        "reasonReference* priority description supportingInformation* start end minutesDuration slot* created "
        "comment patientInstruction basedOn* participant* requestedPeriod*",
        required="status participant",
        codes={
            "status": "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in "
            "waitlist",
            "participant.status": "accepted declined tentative needs-action",
        },
        identifier=token("identifier"),
        status=token("status"),
        date=date("start"),
        actor=reference("participant.actor", "Patient", "Practitioner"),
        patient=reference("participant.actor", "Patient"),
        practitioner=reference("participant.actor", "Practitioner"),
        slot=reference("slot", "Slot"),
        service_type=token("serviceType"),
        part_status=token("participant.status"),
    ),
    "Communication": define(
        "identifier* instantiatesCanonical* instantiatesUri* basedOn* partOf* inResponseTo* status statusReason "
        "category* priority medium* subject topic about* encounter sent received recipient* sender reasonCode* "
        "reasonReference* payload* note*",
        required="status",
        codes={
            "status": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
            "priority": "routine urgent asap stat",
        },
        identifier=token("identifier"),
        status=token("status"),
        category=token("category"),
        subject=reference("subject", "Patient"),
        patient=reference("subject", "Patient"),
        sender=reference("sender", "Patient", "Practitioner", "Organization"),
        recipient=reference("recipient", "Patient", "Practitioner", "Organization"),
        encounter=reference("encounter", "Encounter"),
        sent=date("sent"),
        received=date("received"),
    ),
    "Encounter": define(
        "identifier* status statusHistory* class classHistory* type* serviceType priority subject episodeOfCare* "
        "basedOn* participant* appointment* period length reasonCode* reasonReference* diagnosis* account* "
        "hospitalization location* serviceProvider partOf",
        required="status class",
        codes={"status": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"},
        identifier=token("identifier"),
        status=token("status"),
        type=token("type"),
        subject=reference("subject", "Patient"),
        patient=reference("subject", "Patient"),
        appointment=reference("appointment", "Appointment"),
        participant=reference("participant.individual", "Practitioner"),
        date=date("period"),
        **{"class": token("class")},
    ),
    "ChargeItem": define(
        "identifier* definitionUri* definitionCanonical* status partOf* code subject context occurrenceDateTime "
        "occurrencePeriod occurrenceTiming performer* performingOrganization requestingOrganization costCenter "
        "quantity bodysite* factorOverride priceOverride overrideReason enterer enteredDate reason* service* "
        "productReference productCodeableConcept account* note* supportingInformation*",
        required="status code subject",
        codes={"status": "planned billable not-billable aborted billed entered-in-error unknown"},
        identifier=token("identifier"),
        code=token("code"),
        subject=reference("subject", "Patient"),
        patient=reference("subject", "Patient"),
        context=reference("context", "Encounter"),
        performer_actor=reference("performer.actor", "Practitioner", "Organization"),
        occurrence=date("occurrenceDateTime", "occurrencePeriod"),
        entered_date=date("enteredDate"),
    ),
    "DocumentReference": define(
        "masterIdentifier identifier* status docStatus type category* subject date author* authenticator custodian "
        "relatesTo* description securityLabel* content* context",
        required="status content",
        codes={
            "status": "current superseded entered-in-error",
            "docStatus": "preliminary final amended entered-in-error",
        },
        identifier=token("masterIdentifier", "identifier"),
        status=token("status"),
        type=token("type"),
        category=token("category"),
        subject=reference("subject", "Patient"),
        patient=reference("subject", "Patient"),
        author=reference("author", "Practitioner", "Organization"),
        encounter=reference("context.encounter", "Encounter"),
        date=date("date"),
    ),
    "Task": define(
        "identifier* instantiatesCanonical instantiatesUri basedOn* groupIdentifier partOf* status statusReason "
        "businessStatus intent priority code description focus for encounter executionPeriod authoredOn "
        "lastModified requester performerType* owner location reasonCode reasonReference insurance* note* "
        "relevantHistory* restriction input* output*",
        required="status intent",
        codes={
            "status": "draft requested received accepted rejected ready cancelled in-progress on-hold failed "
            "completed entered-in-error",
            "intent": "unknown proposal plan order original-order reflex-order filler-order instance-order option",
            "priority": "routine urgent asap stat",
        },
        identifier=token("identifier"),
        status=token("status"),
        intent=token("intent"),
        code=token("code"),
        patient=reference("for", "Patient"),
        subject=reference("for", "Patient"),
        owner=reference("owner", "Practitioner", "Patient", "Organization"),
        requester=reference("requester", "Practitioner", "Patient", "Organization"),
        focus=reference("focus", "Communication", "Appointment", "Encounter", "DocumentReference", "Patient"),
        period=date("executionPeriod"),
        authored_on=date("authoredOn"),
        modified=date("lastModified"),
    ),
}
