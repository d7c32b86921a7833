"""Codes of the support of juvenile victims by the police (少年警察活動規則36条2項). All are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act

DESIGNATION = Act("support_designation", _("designation of continuing support"), police=True)
RELEASE = Act("support_release", _("release from continuing support"), police=True)
"""An officer drafts both, the supervisor of the juvenile support center decides."""


class Recognised(models.TextChoices):
    """How the police came to know of the victim (認知の端緒)."""

    STREET = "street", _("guidance on the street")
    CONSULTATION = "consult", _("juvenile consultation")
    CASE = "case", _("criminal case (damage report or complaint)")
    CALL = "call", _("110 call")
    CYBER = "cyber", _("cyber patrol")
    HOTLINE = "ihc", _("Internet Hotline Center")
    ANONYMOUS = "anonymous", _("anonymous report line")
    CENTER = "cgc", pgettext_lazy("how it was recognised", "from a child guidance center")
    SCHOOL = "school", pgettext_lazy("how it was recognised", "from a school")
    INTERNATIONAL = "icse", _("international database of child sexual exploitation")


class Means(models.TextChoices):
    """How somebody consulted the police."""

    MEETING = "meeting", pgettext_lazy("by what means", "in person")
    TELEPHONE = "telephone", pgettext_lazy("by what means", "telephone")
    MAIL = "mail", _("e-mail")


class Danger(models.TextChoices):
    """The risk that the juvenile harms or kills themselves."""

    NONE = "none", pgettext_lazy("risk of suicide", "none seen")
    WATCH = "watch", pgettext_lazy("risk of suicide", "to be watched")
    PRESSING = "pressing", pgettext_lazy("risk of suicide", "pressing")
    UNKNOWN = "unknown", pgettext_lazy("risk of suicide", "not known yet")


class Aid(models.TextChoices):
    """Whether the police have to notify the child guidance center of a child (児童福祉法25条, 児童虐待防止法6条1項)."""

    ABUSE = "abuse", _("abuse is suspected")
    PROTECTION = "protection", _("in need of protection, without a suspicion of abuse")
    NEITHER = "neither", _("neither")


NOTIFIED = (Aid.ABUSE, Aid.PROTECTION)
"""With these the child is notified, whatever anybody wants: the duty takes no consent."""


class Around(models.TextChoices):
    """Where the environment of the juvenile is adjusted (環境調整)."""

    FAMILY = "family", pgettext_lazy("environment", "family")
    SCHOOL = "school", pgettext_lazy("environment", "school")
    CENTER = "cgc", pgettext_lazy("environment", "child guidance center")
    WORK = "work", pgettext_lazy("environment", "place of work")


class End(models.TextChoices):
    """Why continuing support ends (解除)."""

    REACHED = "reached", _("the recovery aims are reached")
    MOVED = "moved", _("moved away")
    TO_CENTER = "to_center", _("passed on to a child guidance center that was notified")
    DECLINED = "declined", _("the juvenile or the guardian does not wish it any more")
