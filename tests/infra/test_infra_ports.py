"""Free or taken, and by whom."""

from __future__ import annotations

import os
import socket

from infra import ports


def test_a_listening_stranger_is_seen_and_named():
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        assert not ports.is_free(port)
        assert ports.accepts(port)
        assert str(os.getpid()) in ports.holder(port)


def test_a_port_is_free_again_at_once_after_its_server_ended():
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client.connect(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()  # the server closes first: its side stays in TIME_WAIT
    assert ports.is_free(port)
    assert not ports.accepts(port)
