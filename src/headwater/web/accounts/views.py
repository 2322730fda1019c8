"""Sign in, sign out, change the password, and the page where an owner lets people in."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.web.accounts import links, throttle
from headwater.web.accounts.access import owner_only
from headwater.web.accounts.forms import ChangePasswordForm, NewUserForm, SignInForm
from headwater.web.accounts.models import User

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(views.LoginView):
    """The sign-in page; after too many failed tries it says so instead of checking."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say also whether there is anybody who could sign in."""
        return {**super().get_context_data(**kwargs), "has_users": User.objects.exists()}

    def post(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        attempt = throttle.Attempt(
            request.POST.get("username", ""), request.META.get("REMOTE_ADDR", "")
        )
        if throttle.is_blocked(attempt):
            context = self.get_context_data(form=SignInForm(request), is_blocked=True)
            return self.render_to_response(context, status=429)
        response = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            throttle.forget_failures(attempt)
        else:
            throttle.remember_failure(attempt)
        return response


class ChangePassword(views.PasswordChangeView):
    """One's own password."""

    template_name = "accounts/password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("account")

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:  # type: ignore[override]
        messages.success(self.request, gettext_lazy("Your password has been changed."))
        return super().form_valid(form)


@login_not_required
@never_cache
@require_GET
def follow_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in by a link that works once."""
    user = links.redeem(secret)
    if user is None:
        messages.error(request, _("This link has been used or is too old. Sign in below."))
        return redirect("sign-in")
    login(request, user, backend=_BACKEND)
    return redirect("overview")


@owner_only
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who can sign in; an owner adds people here."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = form.save_user()
        messages.success(request, _("%(email)s can now sign in.") % {"email": added.email})
        return redirect("people")
    context = {"form": form, "people": list(User.objects.all())}
    return render(request, "accounts/people.html", context, status=400 if form.errors else 200)


@owner_only
@require_POST
def switch_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch somebody's account off or on. Nobody can lock themselves out."""
    person = get_object_or_404(User, pk=pk)
    if person == cast("User", request.user):
        messages.error(request, _("You cannot switch off your own account."))
        return redirect("people")
    person.is_active = not person.is_active
    person.save(update_fields=["is_active"])
    return redirect("people")
