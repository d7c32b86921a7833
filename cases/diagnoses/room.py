"""What the room of diagnoses says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.diagnoses import panel
from cases.diagnoses.actions import DIAGNOSIS, JUDGED
from cases.diagnoses.papers import JUDGEMENT_SHEET
from cases.diagnoses.queries import cases_of_findings, facility_texts, judgement_rows, latest_diagnoses
from cases.diagnoses.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=lambda case: [latest_diagnoses(case), facility_texts(case), judgement_rows(case)],
    moments=panel.moments,
    steps=panel.steps,
    cards={"diagnoses": Card(page=CasePage.PROGRESS, make=panel.panel, order=45)},
    logged={
        "diagnoses": _("diagnoses"),
        "findings": _("findings sealed apart"),
        JUDGEMENT_SHEET.code: JUDGEMENT_SHEET.label,
    },
    # The findings are what was disclosed of a child and what its body showed.
    sensitive={"diagnoses": 3, "findings": 4, JUDGEMENT_SHEET.code: 3},
    keys={"findings": cases_of_findings},
    decisions=(JUDGED,),
    duties=(DIAGNOSIS,),
    papers=(JUDGEMENT_SHEET,),
    obstacle=what_waits,
    things={
        "cases.Diagnosis": _("diagnosis"),
        "cases.FacilityDiagnosis": _("behavioural diagnosis of the facility"),
        "cases.Findings": _("findings of a diagnosis"),
        "cases.Judgement": _("comprehensive diagnosis"),
    },
)
