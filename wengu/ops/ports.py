"""Ports: one is taken for a whole start, so that no two sites share it unnoticed."""

import errno
import socket
from typing import Final

from wengu.ops.console import refuse

HIGHEST: Final = 65535
_WHY: Final = {
    errno.EADDRINUSE: "is taken by another program: stop it, or choose another with --port",
    errno.EACCES: "needs the rights of the administrator: choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "is no address of this machine: name one with --host",
}


def take(host: str, port: int) -> socket.socket:
    """Return a socket that holds the port without listening; refuse a port that is not free.

    The server opens the port with SO_REUSEPORT, which lets several processes share it. So the
    port is asked for alone, which fails where anybody has it, and is shared only afterwards.
    """
    if not 1 <= port <= HIGHEST:
        refuse(f"--port {port}: a port is a number from 1 to {HIGHEST}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        refuse(f"--host {host}: no such address on this machine")
    held = socket.socket(family, kind, protocol)
    try:
        # Connections of an earlier start may still be closing; they are no reason to refuse.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
    except OSError as error:
        held.close()
        why = _WHY.get(error.errno or 0, f"cannot be opened: {error.strerror}")
        refuse(f"{host}:{port} {why}")
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    return held
