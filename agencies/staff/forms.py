"""The forms of sign-in and of changing the own password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Staff
from face.fields import HalfWidthField
from face.forms import BaseForm


def _password(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    # Spaces belong to a password; what is stored is its hash, so its characters need no check.
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "input-wide"})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **more)


class SignInForm(BaseForm):
    """User name and password. What is wrong with them is never said."""

    username = HalfWidthField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "class": "input-wide"}
        ),
    )
    password = _password(_("Password"), "current-password")


WHY_NOT = {
    "password_too_short": _("Use at least %(min_length)d characters."),
    "password_too_similar": _("This is too close to your user name or mail address. Choose another one."),
    "password_too_common": _("This password is used by many people. Choose another one."),
    "password_entirely_numeric": _("Use more than digits."),
}
"""What the validators of the settings object to, in this house's words: Django's are not an office's Japanese."""


class NewPasswordForm(BaseForm):
    """The person's own new password, twice. ``check_old`` None: the old one was a temporary password just used to sign in."""

    old = _password(_("Present password"), "current-password")
    password = _password(_("New password"), "new-password")
    again = _password(_("New password once more"), "new-password")

    def __init__(self, *args: Any, staff: Staff, ask_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        if not ask_old:
            del self.fields["old"]
        self.fields["password"].help_text = _(
            "At least 12 characters, not digits alone, nothing in common use, nothing close to your user name."
        )

    def clean_password(self) -> str:
        """The validators of the settings: length, common and similar passwords."""
        password = str(self.cleaned_data["password"])
        try:
            validate_password(password, self.staff)
        except ValidationError as refused:
            raise ValidationError(
                [ValidationError(WHY_NOT[str(one.code)], one.code, one.params) for one in refused.error_list]
            ) from None
        return password

    def clean(self) -> dict[str, Any]:
        """Both entries are the same, and not the old password again."""
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if password and cleaned.get("again") and password != cleaned["again"]:
            self.add_error(
                "again",
                ValidationError(_("The two new passwords differ. Type the same one twice."), "differ"),
            )
        if password and password == cleaned.get("old"):
            self.add_error(
                "password", ValidationError(_("Choose a password other than the present one."), "same")
            )
        return cleaned
