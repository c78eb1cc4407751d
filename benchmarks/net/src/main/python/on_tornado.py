"""The echo server on Tornado: streams, a coroutine for each connection."""

import asyncio
import sys

from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.tcpserver import TCPServer

MOST = 64 * 1024  # bytes at a time


class Echo(TCPServer):
    async def handle_stream(self, stream, address):
        stream.set_nodelay(True)
        try:
            while True:
                await stream.write(await stream.read_bytes(MOST, partial=True))
        except StreamClosedError:
            pass


async def main():
    sockets = bind_sockets(0, "127.0.0.1", backlog=1024)
    server = Echo()
    server.add_sockets(sockets)
    print("port", sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
