"""The ASGI application. Opens the workspace when the server starts, closes it when it ends."""

from __future__ import annotations

import os
from typing import Any

from asgiref.typing import ASGIReceiveCallable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.web.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

from headwater.domain.errors import HeadwaterError
from headwater.web import runtime

_django = get_asgi_application()


async def application(scope: Any, receive: ASGIReceiveCallable, send: Any) -> None:
    """Answer HTTP by Django, and the server's start and stop by the runtime."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await _django(scope, receive, send)


async def _live(receive: ASGIReceiveCallable, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            try:
                environment = settings.ENVIRONMENT
                runtime.start(environment.directory, environment.base_url)
            except HeadwaterError as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            runtime.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
