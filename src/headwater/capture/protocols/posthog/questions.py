"""What PostHog's clients ask for beside capturing: answered that there is none of it."""

from __future__ import annotations

import json
from typing import Final

from headwater.capture.protocols.answers import json_answer
from headwater.capture.wire import Answer, WireRequest

_CONFIG: Final[dict[str, object]] = {
    "supportedCompression": ["gzip", "gzip-js"],
    "analytics": {"endpoint": "/i/v0/e/"},
    "defaultIdentifiedOnly": True,
    "hasFeatureFlags": False,
    # Whatever is tapped would come as $autocapture, of which no report makes anything.
    "autocapture_opt_out": True,
    "autocaptureExceptions": False,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "heatmaps": False,
    "sessionRecording": False,
    "surveys": False,
    "siteApps": [],
    "toolbarParams": {},
    "isAuthenticated": False,
}
_FLAGS: Final[dict[str, object]] = {
    "flags": {},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "errorsWhileComputingFlags": False,
}
_EMPTY: Final[dict[str, dict[str, object]]] = {
    "/api/surveys": {"surveys": []},
    "/api/early_access_features": {"earlyAccessFeatures": []},
    "/api/web_experiments": {"experiments": []},
}
_ARRAY: Final = "/array/"
_NO_DEFINITIONS: Final[dict[str, object]] = {
    "flags": [],
    "group_type_mapping": {},
    "cohorts": {},
}
_SCRIPT: Final = (
    "(function(){{var all=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{{}};"
    "all[{key}]={{config:{config},siteApps:[]}};}})();"
)


def asked(request: WireRequest) -> Answer:
    """Return the answer to a question on flags, surveys or the remote configuration."""
    if request.path.startswith(_ARRAY):
        return _configuration(request.path)
    path = request.path.rstrip("/")
    if path in {"/flags", "/decide"}:
        return json_answer(200, {**_CONFIG, **_FLAGS})
    return json_answer(200, _EMPTY.get(path, _NO_DEFINITIONS))


def _configuration(path: str) -> Answer:
    key, _, file = path.removeprefix(_ARRAY).partition("/")
    if file == "config":
        return json_answer(200, {**_CONFIG, "token": key})
    if file != "config.js" or not _is_key(key):
        return json_answer(404, {"error": {"reason": "unknown_path"}})
    script = _SCRIPT.format(key=json.dumps(key), config=json.dumps({**_CONFIG, "token": key}))
    return Answer(200, script.encode(), {"content-type": "text/javascript"})


def _is_key(key: str) -> bool:
    """Keys have letters, digits, dashes and underscores; a script must hold nothing else."""
    return key.isascii() and key.replace("-", "").replace("_", "").isalnum()
