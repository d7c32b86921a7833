"""Codes of the case record. Labels go through the catalogue; the codes are stable."""

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Track(models.TextChoices):
    """The two legal tracks, never merged: 児童虐待防止法2条 knows abuse by a custodian alone."""

    ABUSE = "abuse", _("child abuse")
    THIRD_PARTY = "third_party", _("sexual harm or child pornography by a third party")

    @property
    def short(self) -> str:
        """The track in a narrow column."""
        return gettext("abuse") if self is Track.ABUSE else gettext("third party")


class Stage(models.TextChoices):
    """How far the work on a case is. Which change is allowed is in ``rules.STAGES``."""

    RECEPTION = "reception", _("reception")
    ACCEPTED = "accepted", _("accepted")
    SAFETY = "safety", _("safety being confirmed")
    INVESTIGATION = "investigation", _("investigation and diagnosis")
    SUPPORT = "support", _("support")
    CLOSED = "closed", _("closed")


class Urgency(models.TextChoices):
    """Bands of the urgency assessment: any sexual item lifts a case to the top bands."""

    AA = "AA", _("AA: protection is asked for and it is pressing, or grave harm is done")
    A = "A", _("A: separation is to be considered")
    B = "B", _("B: prompt support")
    C = "C", _("C: continued support")


URGENCY_BADGES = {"AA": "danger", "A": "warning", "B": "info"}
"""The colour of each band; the letters are written beside it. Any other is neutral."""


class Relation(models.TextChoices):
    """A position's relation to a case."""

    LEAD = "lead", _("in charge")
    MEMBER = "member", _("team member")
    LINE = "line", _("supervisor line")
    GLASS = "glass", _("broken glass")


class Finding(models.TextChoices):
    """What the review of a broken glass came to (点検結果)."""

    PROPER = "proper", _("proper")
    TO_EXPLAIN = "to_explain", _("to be explained")
    IMPROPER = "improper", _("improper")


class Level(models.TextChoices):
    """What a grant allows; each level contains the ones before it."""

    VIEW = "view", _("read")
    EDIT = "edit", _("read and write")
    MANAGE = "manage", _("read, write and manage the team")


class Sex(models.TextChoices):
    """As on the reception form (受付票)."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    OTHER = "other", _("other or unknown")


class PersonRole(models.TextChoices):
    """The role a person around the child has in the case."""

    CUSTODIAN = "custodian", _("custodian")
    NON_OFFENDING = "non_offending", _("non-offending caregiver")
    SUSPECT = "suspect", _("suspect")
    SIBLING = "sibling", _("sibling")
    RELATIVE = "relative", _("relative")
    SUPPORTER = "supporter", _("supporter of the child")
    PARENTAL_AUTHORITY = "parental_authority", _("holder of parental authority")
    MINOR_GUARDIAN = "minor_guardian", _("guardian of a minor")
    COHABITANT = "cohabitant", _("cohabitant")
    NOTIFIER_SIDE = "notifier_side", _("on the side of whoever notified (never shown)")
    OTHER = "other", _("other")


WITH_AUTHORITY = frozenset({PersonRole.PARENTAL_AUTHORITY, PersonRole.MINOR_GUARDIAN})
"""Who is asked where the law asks those with parental authority (民法818条・838条)."""


NEVER_SHOWN = PersonRole.NOTIFIER_SIDE
"""On no page and no paper: whoever is told of it could learn who notified (児童虐待防止法7条). The form alone asks for it."""

CARING = frozenset({PersonRole.CUSTODIAN, PersonRole.NON_OFFENDING, PersonRole.COHABITANT})
"""What nobody is after death."""


class Marriage(models.TextChoices):
    """Whether a person is married today."""

    MARRIED = "married", pgettext_lazy("marital state", "married")
    DIVORCED = "divorced", pgettext_lazy("marital state", "divorced")
    WIDOWED = "widowed", pgettext_lazy("marital state", "widowed")
    UNMARRIED = "unmarried", pgettext_lazy("marital state", "never married")
    UNKNOWN = "unknown", pgettext_lazy("answer", "not known")


class HouseholdRelation(models.TextChoices):
    """What a person is to the child (続柄)."""

    FATHER = "jippu", _("biological father")
    STEPFATHER = "keifu", _("stepfather")
    ADOPTIVE_FATHER = "yofu", _("adoptive father")
    PARTNER_OF_MOTHER = "haha_partner", _("mother's partner")
    MOTHER = "jitsubo", _("biological mother")
    STEPMOTHER = "keibo", _("stepmother")
    ADOPTIVE_MOTHER = "yobo", _("adoptive mother")
    PARTNER_OF_FATHER = "chichi_partner", _("father's partner")
    GRANDFATHER = "sofu", _("grandfather")
    GRANDMOTHER = "sobo", _("grandmother")
    ELDER_BROTHER = "ani", _("elder brother")
    ELDER_SISTER = "ane", _("elder sister")
    YOUNGER_BROTHER = "ototo", _("younger brother")
    YOUNGER_SISTER = "imoto", _("younger sister")
    UNCLE_AUNT = "oji_oba", _("uncle or aunt")
    FOSTER_PARENT = "sato_oya", _("foster parent")
    STAFF = "shokuin", _("institution staff")
    COHABITANT = "dokyo", _("other cohabitant")
    OTHER = "other", pgettext_lazy("relation to the child", "other")


class AuthorityKnown(models.TextChoices):
    """How it is known that a person has parental authority."""

    REGISTER = "koseki", _("confirmed by the family register")
    TOLD = "told", _("as the person says")
    UNVERIFIED = "unverified", _("not verified")


class Answer(models.TextChoices):
    """Yes, no, or not known yet."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", pgettext_lazy("answer", "not known")


class Attitude(models.TextChoices):
    """What a person thinks of what the child disclosed."""

    BELIEVES = "believes", _("believes the child")
    DOUBTS = "doubts", _("doubts the child")
    BLAMES = "blames", _("blames the child")
    PROTECTS = "protects", _("tries to protect the child")
    UNKNOWN = "unknown", pgettext_lazy("answer", "not known")


class StayKind(models.TextChoices):
    """Where the child is staying; apart from the responsible office."""

    HOME = "home", _("home")
    CUSTODY_FACILITY = "custody_facility", _("temporary custody facility")
    INSTITUTION = "institution", _("child welfare institution")
    FOSTER = "foster", _("foster family")
    HOSPITAL = "hospital", _("hospital")
    OTHER = "other", _("elsewhere")
    UNKNOWN = "unknown", _("not known")


class ContactMethod(models.TextChoices):
    """How a contact in the progress record took place."""

    VISIT = "visit", _("home or school visit")
    OFFICE = "office", _("visit to the office")
    TELEPHONE = "telephone", pgettext_lazy("by what means", "telephone")
    DOCUMENT = "document", _("letter or document")
    CONFERENCE = "conference", _("conference")
    OTHER = "other", _("other")


class CasePage(models.TextChoices):
    """The pages of a case, in the order of its folder; each code is the name of the page's address."""

    OVERVIEW = "case", _("Overview")
    PROGRESS = "progress_list", _("Progress record")
    RECEPTION = "case_reception", _("Reception and conferences")
    CUSTODY = "case_custody", _("Custody and placement")
    WISHES = "case_wishes", _("The child's word and the police")
    PEOPLE = "people_list", _("People around the child")
    PAPERS = "prints", _("Documents")
    MANAGE = "case_manage", _("Administration of the case")
