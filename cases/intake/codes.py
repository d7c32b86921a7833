"""Codes of the reception form (受付票) and of the urgency assessment. Stored encrypted, except where a clear column says so."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.agreements.codes import choice
from agencies.directory.models import OfficeKind
from cases.records.codes import Urgency


class ReceiptKind(models.TextChoices):
    """What a contact is in law (受付の別): the limit until the child is seen follows from it, and how it may end."""

    CONSULTATION = "sodan", _("consultation")
    NOTIFICATION = "tsukoku", pgettext_lazy("kind of receipt", "notification (duty to notify)")
    SENT = "sochi", _("case sent by another authority")
    TRANSFERRED = "iso", _("case transferred in")
    INFORMATION = "joho", _("information only")


class Channel(models.TextChoices):
    """How the notification came (受付方法)."""

    TELEPHONE = "telephone", pgettext_lazy("by what means", "telephone")
    DIAL189 = "dial189", _("189 hotline")
    VISIT = "visit", _("visit to the office")
    DOCUMENT = "document", _("letter or document")
    SNS = "sns", _("message (SNS)")
    MAIL = "mail", _("e-mail")
    MINI_LETTER = "mini_letter", _("Children's Rights SOS Mini-Letter")
    DIAL110_RIGHTS = "dial110_rights", _("Children's Rights Dial 110")
    OUTREACH = "patrol", _("visit outside the office")
    FILED = "filed", _("filed by an office in this system")
    OTHER = "other", _("other")


class Source(models.TextChoices):
    """From whom, as national statistics count it (福祉行政報告例の相談経路)."""

    SCHOOL = "school", _("school")
    KINDERGARTEN = "kindergarten", _("kindergarten")
    NURSERY = "nursery", _("nursery school")
    KODOMOEN = "kodomoen", _("certified center for early childhood")
    EDUCATION_BOARD = "education_board", _("board of education")
    POLICE = "police", _("police")
    HOSPITAL = "hospital", _("medical institution")
    PUBLIC_HEALTH = "public_health", _("public health center")
    MEDICAL = "medical", _("public health center or medical institution (until 2026)")
    FAMILY = "family", _("family or relative")
    NEIGHBOUR = "neighbour", _("neighbour or acquaintance")
    CHILD = "child", pgettext_lazy("from whom a notification came", "the child")
    MUNICIPALITY = "municipality", _("municipality")
    OTHER_CGC = "other_cgc", _("child guidance center")
    WELFARE_OFFICE = "welfare_office", _("welfare office")
    HEALTH_CENTER = "health_center", _("health center")
    PREFECTURE = "prefecture", _("other office of a prefecture or city")
    INSTITUTION = "institution", _("child welfare institution")
    FAMILY_CENTER = "family_center", _("child and family support center")
    FAMILY_COURT = "family_court", _("family court")
    FOSTER = "foster", _("foster parent")
    VOLUNTEER = "volunteer", _("commissioned child welfare volunteer")
    RIGHTS = "rights", _("human rights office")
    OTHER = "other", _("other")


SOURCE_OF_OFFICE: dict[OfficeKind, Source] = {
    OfficeKind.SCHOOL: Source.SCHOOL,
    OfficeKind.MEDICAL: Source.HOSPITAL,
    OfficeKind.ONE_STOP: Source.HOSPITAL,
    OfficeKind.RIGHTS: Source.RIGHTS,
    OfficeKind.INSTITUTION: Source.INSTITUTION,
    OfficeKind.FAMILY_CENTER: Source.FAMILY_CENTER,
    OfficeKind.MUNICIPALITY: Source.MUNICIPALITY,
    OfficeKind.POLICE: Source.POLICE,
}
"""How a filing is counted; kinds that are not named here count as other."""


class PoliceForm(models.TextChoices):
    """What the police send to a child guidance center: a child that is with them, a paper, or a word in an open matter."""

    IN_HAND = "mi", _("notification with the child in hand")
    DOCUMENT = "shorui", _("notification by document")
    SENT = "sochi_6_6", _("case sent under the Juvenile Act")
    ENQUIRY = "shokai", pgettext_lazy("from the police", "enquiry")
    REPLY = "enjo_kaito", _("answer to a request for help")


class Law(models.TextChoices):
    """The article on which the police send it."""

    WELFARE = choice("jifuku_25")
    ABUSE = choice("gyakuboho_6")
    JUVENILE = choice("shonen_6_6")
    PROCEDURE = choice("keiso_197_2")
    AGREEMENT = choice("kyotei")
    HELP = choice("gyakuboho_10")


LAWS: dict[PoliceForm, tuple[Law, ...]] = {
    PoliceForm.IN_HAND: (Law.WELFARE, Law.ABUSE),
    PoliceForm.DOCUMENT: (Law.WELFARE, Law.ABUSE),
    PoliceForm.SENT: (Law.JUVENILE,),
    PoliceForm.ENQUIRY: (Law.PROCEDURE, Law.AGREEMENT),
    PoliceForm.REPLY: (Law.HELP, Law.AGREEMENT),
}
"""On which articles each can rest."""

RECEIPT_OF: dict[PoliceForm, ReceiptKind] = {
    PoliceForm.IN_HAND: ReceiptKind.NOTIFICATION,
    PoliceForm.DOCUMENT: ReceiptKind.NOTIFICATION,
    PoliceForm.SENT: ReceiptKind.SENT,
}
"""As what each is received; an enquiry and an answer are no receipt and never open a case."""

DATED = (PoliceForm.DOCUMENT, PoliceForm.SENT)
"""Those that are a paper of the police, with its number and date."""


class Basis(models.TextChoices):
    """What the person who notifies knows it from (目撃・伝聞)."""

    FROM_CHILD = "from_child", _("the child told it")
    SEEN = "seen", _("seen by the person who notifies")
    HEARD = "heard", _("heard from somebody else")


class Knows(models.TextChoices):
    """Whether a person knows of the notification."""

    YES = "yes", _("knows of it")
    NO = "no", _("does not know of it")
    UNKNOWN = "unknown", _("not known")


class Said(models.TextChoices):
    """An answer to a question of the urgency sheet. That nothing is chosen is "not known yet", too."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known yet")


class UrgencyItem(models.TextChoices):
    """Questions of the urgency assessment (緊急度アセスメントシート), in their order: 1 and 2 lead to AA, else 3, then 4; 5 to 8
    follow."""

    ASKS = "asks", _("The child or the custodian asks for protection")
    URGENT = "urgent", _("What is told is pressing, for instance strong suspicion of sexual abuse")
    GRAVE = (
        "grave",
        _(
            "There is a grave result already: sexual intercourse, forced sexual acts, pregnancy, a sexually transmitted infection"
        ),
    )
    SEXUAL = "sexual", _("A grave result is likely: sexual abuse short of sexual intercourse")
    REPEATED = "repeated", _("It happens again and again, or may happen again")
    EFFECTS = "effects", _("Effects on the child: fear, anxiety, wish not to go home")
    CUSTODIAN = "custodian", _("Risk on the side of the custodian")
    HOME = "home", _("Home environment")


LEAST_URGENCY: dict[UrgencyItem, Urgency] = {
    UrgencyItem.URGENT: Urgency.AA,
    UrgencyItem.GRAVE: Urgency.AA,
    UrgencyItem.SEXUAL: Urgency.A,
}
"""The band an item asks for at the least, as the sheet has it: any sexual item lifts to AA or A. That protection is asked for
leads on to the next question, and alone to no band: a custodian who asks for a rest is heard, too. The second question follows a
yes to the first: where nobody asks for protection it asks for nothing, and where that is not known it counts."""

OFFICE_BAND: dict[UrgencyItem, str] = {
    UrgencyItem.REPEATED: "harm_band",
    UrgencyItem.EFFECTS: "harm_band",
    UrgencyItem.CUSTODIAN: "home_band",
    UrgencyItem.HOME: "home_band",
}
"""The rule of the office that says the band of every other item: the sheet names none. A worker may choose a higher one."""


class Sign(models.TextChoices):
    """The lines that are ticked under the questions (子ども虐待対応の手引き). A ticked line answers its question with yes."""

    ASKED_BY_CHILD = "asked_by_child", _("the child asks for protection or help")
    ASKED_BY_CUSTODIAN = "asked_by_custodian", _("the custodian asks that the child be protected")
    SUSPECTED_SEXUAL = "suspected_sexual", _("sexual abuse is strongly suspected, though not established")
    MAY_HARM = "may_harm", _("“I do not know what I may do to the child”, “I might kill the child”")
    SEXUAL_RESULT = (
        "sexual_result",
        _(
            "sexual abuse: sexual intercourse, forced sexual acts, pregnancy, a sexually transmitted infection"
        ),
    )
    INJURY = "injury", _("injury, also burns")
    NEGLECT_RESULT = (
        "neglect_result",
        _("neglect: malnutrition, weakness, dehydration, medical care given up or refused"),
    )
    INFANT = "infant", _("an infant or a child below school age")
    LIFE_AT_RISK = (
        "life_at_risk",
        _(
            "acts that endanger life: blows to the head or face, choking, shaking, blows with a tool, being shut out, drowning"
        ),
    )
    SEXUAL_SHORT = "sexual_short", _("sexual abuse short of sexual acts")
    OLD_AND_NEW = "old_and_new", _("old and new injuries, earlier stays in hospital")
    EARLIER_HELP = (
        "earlier_help",
        _(
            "earlier steps: several notifications, consultations, custody, placement, abuse of brothers or sisters"
        ),
    )
    NOT_SEEN_AS_ABUSE = "not_seen_as_abuse", _("the custodian does not see it as abuse")
    WEAK_JUDGEMENT = "weak_judgement", _("the custodian is unstable or judges poorly")
    AFRAID = "afraid", _("refuses or fears the custodian, is frightened or anxious")
    AT_INTERVIEW = (
        "at_interview",
        _("in conversation: no expression, a dark look, depressed, tense, seeks too much touch"),
    )
    BODY = (
        "body",
        _(
            "symptoms of the body: delayed growth or development, stomach ache, vomiting, hair turning white or falling out"
        ),
    )
    REJECTS = (
        "rejects",
        _(
            "rejects the child: no affection, unequal treatment, unwanted pregnancy, no pregnancy record, check-ups missed"
        ),
    )
    MENTAL_STATE = "mental_state", _("state of mind: depressed, unstable, strain of birth or of care")
    TEMPER = "temper", _("temper: impulsive, aggressive, immature")
    DRINK_OR_DRUGS = "drink_or_drugs", _("alcohol or drugs, now or before")
    REFUSES_HELP = "refuses_help", _("refuses help, or does not change and does not mean to")
    VIOLENCE_AT_HOME = "violence_at_home", _("violence or discord between those at home")
    NOBODY_PROTECTS = "nobody_protects", _("nobody protects the child in daily life")
    CHILD_NEEDS = (
        "child_needs",
        _("needs of the child that are not from abuse: delay, premature birth, disability, chronic illness"),
    )
    CHILD_BEHAVES = (
        "child_behaves",
        _("behaviour of the child: aggression, theft, running away, lies, self-harm, how it eats"),
    )
    CUSTODIAN_PAST = "custodian_past", _("the custodian’s own childhood: abused, not loved")
    CARE = "care", _("care: no will or knowledge, unsuitable, expects too much, cannot keep house")
    FAMILY = (
        "family",
        _("the family: death, disappearance, divorce, pregnancy or birth, one parent alone"),
    )


SIGNS: dict[UrgencyItem, tuple[Sign, ...]] = {
    UrgencyItem.ASKS: (Sign.ASKED_BY_CHILD, Sign.ASKED_BY_CUSTODIAN),
    UrgencyItem.URGENT: (Sign.SUSPECTED_SEXUAL, Sign.MAY_HARM),
    UrgencyItem.GRAVE: (Sign.SEXUAL_RESULT, Sign.INJURY, Sign.NEGLECT_RESULT),
    UrgencyItem.SEXUAL: (Sign.INFANT, Sign.LIFE_AT_RISK, Sign.SEXUAL_SHORT),
    UrgencyItem.REPEATED: (
        Sign.OLD_AND_NEW,
        Sign.EARLIER_HELP,
        Sign.NOT_SEEN_AS_ABUSE,
        Sign.WEAK_JUDGEMENT,
    ),
    UrgencyItem.EFFECTS: (Sign.AFRAID, Sign.AT_INTERVIEW, Sign.BODY),
    UrgencyItem.CUSTODIAN: (
        Sign.REJECTS,
        Sign.MENTAL_STATE,
        Sign.TEMPER,
        Sign.DRINK_OR_DRUGS,
        Sign.REFUSES_HELP,
        Sign.VIOLENCE_AT_HOME,
        Sign.NOBODY_PROTECTS,
    ),
    UrgencyItem.HOME: (
        Sign.CHILD_NEEDS,
        Sign.CHILD_BEHAVES,
        Sign.CUSTODIAN_PAST,
        Sign.CARE,
        Sign.FAMILY,
    ),
}
"""The lines of each question, in the order of the sheet."""


class Conference(models.TextChoices):
    """Which conference accepted the case."""

    EMERGENCY = "emergency", _("emergency intake conference")
    REGULAR = "regular", _("intake conference")


class Outcome(models.TextChoices):
    """What a safety check came to. Only sight of the child confirms safety (guideline on safety checks)."""

    SEEN = "seen", _("The child was seen")
    NOT_SEEN = "not_seen", _("The child could not be seen")
    RETRACTED = "retracted", _("The record was wrong")


class FilingState(models.TextChoices):
    """All that the filing office ever learns of its notification."""

    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    REGISTERED = "registered", _("a case was opened")
