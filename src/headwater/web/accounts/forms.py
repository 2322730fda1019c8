"""The forms of the accounts, labelled and laid out for the templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from headwater.web.accounts.models import Role, User


class SignInForm(AuthenticationForm):
    """E-mail and password."""

    error_messages = {
        "invalid_login": _("This e-mail and password do not belong together."),
        "inactive": _("This account has been switched off. Ask an owner to switch it on."),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"class": "form-control", "autocomplete": "username", "autofocus": True}
        )
        self.fields["username"].label = _("E-mail")
        self.fields["password"].widget.attrs.update({"class": "form-control"})
        self.fields["password"].label = _("Password")


class ChangePasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person to let in, with a first password that they can change."""

    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "new-password"}
        ),
        help_text=_("At least 10 characters. Tell it to them in person; they can change it."),
    )

    class Meta:
        """The fields that a person fills in."""

        model = User
        fields = ("email", "name", "role")
        widgets = {
            "email": forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
            "name": forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
            "role": forms.Select(attrs={"class": "form-select"}, choices=Role.choices),
        }

    def clean_email(self) -> str:
        """Two people cannot differ by the case of their e-mail alone."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody with this e-mail can already sign in."))
        return email

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password)
        return password

    def save_user(self) -> User:
        """Save the person as filled in."""
        data = self.cleaned_data
        return User.objects.add(
            data["email"], data["password"], Role(data["role"]), data["name"]
        )
