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
    CHILD = "child", _("the child")
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
