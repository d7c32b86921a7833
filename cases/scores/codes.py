"""The instruments whose scores are kept, and between what a score lies."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Instrument(models.TextChoices):
    """Instruments by their names. Only scores of scales are kept, never an item or its answer (copyright; 守秘)."""

    TSCC = "tscc", "TSCC"
    TSCC_A = "tscc_a", "TSCC-A"
    UCLA = "ucla_ptsd_ri5", "UCLA PTSD RI-5"
    CAPS_CA = "caps_ca5", "CAPS-CA-5"
    CBCL = "cbcl", "CBCL"
    TRF = "trf", "TRF"
    SDQ = "sdq", "SDQ"
    ACBL_R = "acbl_r", "ACBL-R"
    IES_R = "ies_r", "IES-R"
    DSRS_C = "dsrs_c", "DSRS-C"
    CDI = "cdi", "CDI"
    WISC5 = "wisc5", "WISC-V"
    TANAKA_BINET = "tanaka_binet", _("Tanaka-Binet")
    KIDS_DEV = "kids_dev", _("Kyoto Scale (Shinpan K-shiki)")
    BENDER = "bg", _("Bender Gestalt")
    DRAWING = "hfd_tree", _("drawing test")
    SENTENCES = "sct", "SCT"
    GAF = "paf_cgas", _("GAF or CGAS")
    OTHER = "other", pgettext_lazy("instrument", "another instrument")


RANGES: dict[Instrument, tuple[int, int]] = {
    Instrument.UCLA: (0, 80),
    Instrument.CAPS_CA: (0, 80),
    Instrument.SDQ: (0, 40),
    Instrument.IES_R: (0, 88),
    Instrument.DSRS_C: (0, 36),
    Instrument.CDI: (0, 54),
    Instrument.WISC5: (1, 160),
    Instrument.GAF: (0, 100),
}
"""The least and the highest score that any scale of an instrument can have: its items times the points of one (20 × 4; SDQ four
scales of 5 × 2; 22 × 4; 18 × 2; 27 × 2), WISC-V from a scaled score to a composite. Of others a number is required."""
