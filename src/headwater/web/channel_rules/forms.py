"""The form of a rule's name, channel and place; its condition is filled in beside it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.journeys.channels.rules import RECORDED
from headwater.web.channel_rules.editing import SHIPPED

_FARTHEST = 1000


class RuleForm(forms.Form):
    """All of a rule but its condition."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What reports and explanations call the rule, such as partner-sites."),
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )
    channel = forms.CharField(
        label=_("Channel"),
        max_length=80,
        help_text=_("Choose one, or type a new name for a channel of your own."),
        widget=forms.TextInput(attrs={"list": "channels"}),
    )
    before = forms.ChoiceField(
        label=_("When it is tried"),
        required=False,
        help_text=_("The first rule that holds decides."),
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        required=False,
        min_value=-_FARTHEST,
        max_value=_FARTHEST,
        help_text=_("A whole number. Of your rules, those of a higher one are tried first."),
    )

    def __init__(
        self,
        *args: Any,
        taken: Collection[str] = (),
        channels: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._taken = {name.casefold() for name in (*taken, *SHIPPED)}
        self._channels = {name.casefold(): name for name in (*channels, RECORDED)}
        choices: list[tuple[str, Any]] = [("", _("before all shipped rules"))]
        choices += [(name, _("just before “%(rule)s”") % {"rule": name}) for name in SHIPPED]
        cast("forms.ChoiceField", self.fields["before"]).choices = choices
        for name, field in self.fields.items():
            look = "form-select" if name == "before" else "form-control"
            field.widget.attrs |= {"class": look, "autocomplete": "off"}

    def clean_name(self) -> str:
        """Every rule, shipped or own, has a name of its own."""
        name = _printable(self.cleaned_data["name"])
        if name.casefold() in self._taken:
            raise forms.ValidationError(_("There is a rule of this name already."))
        return name

    def clean_channel(self) -> str:
        """A channel that is known keeps its spelling."""
        name = _printable(self.cleaned_data["channel"])
        if name.startswith("(") and name != RECORDED:
            raise forms.ValidationError(_("Names in brackets are words of the reports."))
        return self._channels.get(name.casefold(), name)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise forms.ValidationError(_("Use letters, digits and blanks only."))
    return text
