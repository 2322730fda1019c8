"""The forms of sites, short links and promo codes, laid out for the templates."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.web.sites.models import FORM_FIELDS, Link, PromoCode, Site

_FIELD_NAMES = {
    "email": _("E-mail"),
    "phone": _("Phone"),
    "name": _("Name"),
    "company": _("Company"),
    "message": _("Message"),
}


class _Lines(forms.CharField):
    """Several names, one a line; commas and blanks part them, too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [part for part in re.split(r"[\s,;]+", str(value or "")) if part]

    def validate(self, value: Any) -> None:
        """Whatever is wrong with a name, the model says."""

    def run_validators(self, value: Any) -> None:
        """A list has no length of a text."""


class _Plain(forms.ModelForm):  # type: ignore[type-arg]
    """A form in the app's look."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _look(field.widget))
            field.widget.attrs.setdefault("autocomplete", "off")


def _look(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class NewSiteForm(_Plain):
    """All that is needed to begin."""

    class Meta:
        """The fields, with what is to be typed."""

        model = Site
        fields = ("domain", "currency", "region")
        help_texts = {
            "domain": _("As in the browser's address line; “www.” makes no difference."),
            "currency": _("Of the site's prices: EUR, TRY, THB ..."),
            "region": _(
                "Where phone numbers without a country code belong: DE, TR ... May be empty."
            ),
        }
        widgets = {
            "domain": forms.TextInput(
                attrs={
                    "placeholder": "example.com",
                    "autofocus": True,
                    "autocapitalize": "none",
                    "inputmode": "url",
                }
            ),
            "currency": forms.TextInput(attrs={"maxlength": 3, "class": "form-control code"}),
            "region": forms.TextInput(attrs={"maxlength": 2, "class": "form-control code"}),
        }


class SiteForm(_Plain):
    """Everything about a site but its name, which stands in facts."""

    aliases = _Lines(
        label=_("Further hosts"),
        help_text=_("Other hosts that show this site, one a line: shop.example.com"),
    )
    own_domains = _Lines(
        label=_("Own domains"),
        help_text=_(
            "Domains of yours that visitors go between, with all that lies under them."
        ),
    )
    form_fields = forms.MultipleChoiceField(
        label=_("Kept of forms"),
        required=False,
        choices=tuple((name, _FIELD_NAMES[name]) for name in FORM_FIELDS),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing else that is typed into a form is ever stored."),
    )

    class Meta:
        """The fields, with what is to be typed."""

        model = Site
        fields = (
            "aliases",
            "own_domains",
            "currency",
            "region",
            "consent",
            "honour_gpc",
            "form_fields",
            "collect_at",
        )
        help_texts = {
            "region": _("Where phone numbers without a country code belong. May be empty."),
            "consent": _("For pages that do not tell what their visitor agreed to."),
            "honour_gpc": _(
                "Browsers that ask not to be followed are told apart for a day only."
            ),
            "collect_at": _(
                "Where the site's pages reach the collector, such as https://example.com/hw. "
                "Empty: the address of this server."
            ),
        }
        widgets = {
            "currency": forms.TextInput(attrs={"maxlength": 3, "class": "form-control code"}),
            "region": forms.TextInput(attrs={"maxlength": 2, "class": "form-control code"}),
            "collect_at": forms.TextInput(attrs={"inputmode": "url"}),
        }


class LinkForm(_Plain):
    """A short link; the first site is chosen until another is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Site]", self.fields["site"]).empty_label = None

    class Meta:
        """The fields, with what is to be typed."""

        model = Link
        fields = ("site", "slug", "url", "source", "medium", "campaign")
        help_texts = {
            "slug": _("What is printed or said: radio, fair26"),
            "source": _("Who shows it: radio-one, trade-fair"),
            "medium": _("What it stands on: radio, leaflet, qr, billboard"),
        }
        widgets = {
            "url": forms.TextInput(
                attrs={"inputmode": "url", "placeholder": "https://example.com/offer"}
            ),
            "slug": forms.TextInput(attrs={"autocapitalize": "none"}),
            "source": forms.TextInput(attrs={"autocapitalize": "none"}),
            "medium": forms.TextInput(attrs={"autocapitalize": "none"}),
        }


class PromoCodeForm(_Plain):
    """A promo code."""

    class Meta:
        """The fields, with what is to be typed."""

        model = PromoCode
        fields = ("code", "source", "medium", "campaign")
        help_texts = {
            "code": _("As printed; capitals and small letters make no difference."),
            "medium": _("What it stands on: promo, radio, leaflet, influencer"),
        }
        widgets = {
            "code": forms.TextInput(attrs={"autocapitalize": "characters"}),
            "source": forms.TextInput(attrs={"autocapitalize": "none"}),
            "medium": forms.TextInput(attrs={"autocapitalize": "none"}),
        }
