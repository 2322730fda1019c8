"""The measure: the collector's server, answering 204 and nothing else.

Run: python bare.py FD
"""

from __future__ import annotations

import socket
import sys

import uvicorn

from headwater.capture.collector.guarding import GuardedProtocol

START = {"type": "http.response.start", "status": 204, "headers": []}
BODY = {"type": "http.response.body", "body": b""}


async def application(scope, receive, send):  # type: ignore[no-untyped-def]
    if scope["type"] == "lifespan":
        for answer in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{answer}.complete"})
        return
    await receive()
    await send(START)
    await send(BODY)


if __name__ == "__main__":
    config = uvicorn.Config(
        application,
        http=GuardedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
