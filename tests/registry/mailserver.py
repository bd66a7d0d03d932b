"""A real mail server on this machine, which refuses, defers, breaks off or dawdles as it is told."""

import asyncio
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from elections.config import Config


class Handler:
    """What the server does: `rcpt` answers by mail domain, `data` by address; `taken` is what it took."""

    def __init__(self):
        self.rcpt, self.data, self.taken, self.connections = {}, {}, [], 0
        self.pause = 0.0

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        """Somebody has come."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - the same
        """Take or refuse an address."""
        await asyncio.sleep(self.pause)
        answer = self.rcpt.get(address.rpartition("@")[2])
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - the same
        """Take or refuse a message, or break off before or after it was taken."""
        address = envelope.rcpt_tos[0]
        answer = self.data.get(address, "250 2.0.0 taken")
        if answer.startswith("250") or answer == "gone after":
            self.taken.append((address, envelope.content))
        if answer.startswith("gone"):
            server.transport.abort()
            return "250 never heard"
        return answer


@contextmanager
def mail_server():
    """The handler of a running server, and the settings of a site that sends through it."""
    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield handler, Config(smtp_host="127.0.0.1", smtp_port=controller.port, sender="Élections <vote@exemple.fr>")
    finally:
        controller.stop(no_assert=True)


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
