"""Every address of the app."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from headwater.web import assets, display, health
from headwater.web.accounts import views as accounts
from headwater.web.api import persons
from headwater.web.api import views as api
from headwater.web.channel_rules import views as rules
from headwater.web.channel_rules import writing
from headwater.web.dashboards import (
    channels,
    comparison,
    incrementality,
    learning,
    overview,
    pipeline,
)
from headwater.web.leads import behind
from headwater.web.leads import views as leads
from headwater.web.sites import codes, demo
from headwater.web.sites import views as sites

handler400 = "headwater.web.errors.bad_request"
handler403 = "headwater.web.errors.forbidden"
handler404 = "headwater.web.errors.not_found"
handler500 = "headwater.web.errors.failed"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("channels", channels.channels, name="channels"),
    path("channels/rules", rules.rules, name="channel-rules"),
    path("channels/rules/rule", writing.rule, name="channel-rule"),
    path("channels/rules/move", writing.move, name="move-channel-rule"),
    path("channels/rules/remove", writing.remove, name="remove-channel-rule"),
    path("channels/rules/text", rules.text, name="channel-rules-text"),
    path("channels/rules/save", rules.save, name="save-channel-rules"),
    path("channels/rules/discard", rules.discard, name="discard-channel-rules"),
    path("channels/rules/explain", rules.explain, name="explain-channel"),
    path("channels/rules/applied", rules.applied, name="channel-rules-applied"),
    path("channels/rules/rebuild", rules.rebuild, name="apply-channel-rules"),
    path("conversions", behind.conversions, name="conversions"),
    path("models", comparison.models, name="models"),
    path("models/learn", learning.learn, name="learn"),
    path("models/learning", learning.progress, name="models-learning"),
    path("incrementality", incrementality.incrementality, name="incrementality"),
    path("incrementality/<str:file_format>", incrementality.export, name="incrementality-file"),
    path("opportunities", pipeline.opportunities, name="opportunities"),
    path("export/<str:name>.<str:file_format>", channels.export, name="export"),
    path("leads", leads.leads, name="leads"),
    path("journeys/<path:identifier>", leads.journey, name="journey"),
    path("touches/<path:touch_id>", leads.touch, name="touch"),
    path("sites", sites.sites, name="sites"),
    path("sites/add", sites.add, name="add-site"),
    path("sites/<int:pk>", sites.site, name="site"),
    path("sites/<int:pk>/live", sites.live, name="site-live"),
    path("sites/<int:pk>/settings", sites.settings, name="site-settings"),
    path("sites/<int:pk>/remove", sites.remove, name="remove-site"),
    path("sites/<int:pk>/keys", sites.add_key, name="add-key"),
    path("sites/<int:pk>/keys/<int:key_pk>/remove", sites.remove_key, name="remove-key"),
    path("demo/<slug:page>", demo.show, name="demo-page"),
    path("links", codes.links, name="links"),
    path("links/add", codes.add_link, name="add-link"),
    path("links/<int:pk>/remove", codes.remove_link, name="remove-link"),
    path("links/<slug:slug>.svg", codes.picture, name="qr"),
    path("promo-codes", codes.promo_codes, name="promo-codes"),
    path("promo-codes/add", codes.add_code, name="add-code"),
    path("promo-codes/<int:pk>/remove", codes.remove_code, name="remove-code"),
    path("healthz", health.healthz, name="healthz"),
    path("api/v1/reports", api.list_reports, name="api-reports"),
    path("api/v1/reports/<str:name>", api.report, name="api-report"),
    path("api/v1/journeys/<path:identifier>", api.journey, name="api-journey"),
    path("api/v1/channels/preview", api.preview_rules, name="api-preview-rules"),
    path("api/v1/models", api.list_runs, name="api-models"),
    path("api/v1/models/run", api.learn, name="api-learn"),
    path("api/v1/rebuild", api.rebuild, name="api-rebuild"),
    path("api/v1/person", persons.person, name="api-person"),
    path("sign-in", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("enter/<str:secret>", accounts.follow_link, name="enter"),
    path("account", accounts.ChangePassword.as_view(), name="account"),
    path("people", accounts.people, name="people"),
    path("people/<int:pk>/switch", accounts.switch_person, name="switch-person"),
    path("display/theme", display.set_theme, name="set-theme"),
    path("display/language", login_not_required(set_language), name="set-language"),
    path("static/<path:name>", assets.serve, name="static"),
]
