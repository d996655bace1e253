"""A DAX node on a real port of this machine, for the real client: it answers, and fails in the ways a node fails."""

import hashlib
import hmac
import socket
import struct
import threading
import time

from amazondax import SigV4Gen
from amazondax.CborDecoder import NoMoreData
from amazondax.DaxCborDecoder import DaxCborDecoder
from botocore.exceptions import ClientError

from shopcloud.lib import aws
from tests.catalog.dynamo import dax_wire as wire
from tests.catalog.dynamo.dax_cluster import DaxCluster

HOST = "127.0.0.1"
RESET = struct.pack("ii", 1, 0)
# Calls that say what is where; a node that is too busy for items still answers them.
ABOUT = frozenset({"endpoints", "defineKeySchema", "defineAttributeList", "defineAttributeListId"})


class DaxServer:
    """One node, or one `beside` another: the first of those that live leads, and they share what they remember.

    `silent`: takes calls and answers none. `cut`: hangs up in the middle of answers. `refusing`: the name of what
    it answers to every call for items. `slow`: the seconds it takes to answer one."""

    def __init__(self, *, tls=None, beside=None):
        self.cluster = beside.cluster if beside else DaxCluster()
        self._nodes = [*beside._nodes, self] if beside else [self]
        if beside:
            beside._nodes = self._nodes
        self.tls = tls
        self.silent = self.cut = False
        self.slow = 0.0
        self.refusing = None
        self.signed = self.greeted = 0
        self.port = 0
        self._open = set()
        self._lock = threading.Lock()
        self.start()

    @property
    def url(self):
        return f"dax://{HOST}:{self.port}"

    def start(self):
        """Listen; after a stop, on the same port."""
        self._listening = socket.create_server((HOST, self.port), backlog=64)
        self.port = self._listening.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, args=(self._listening,), daemon=True)
        self._accepting.start()

    def stop(self):
        """Die: connections are reset, and new ones refused."""
        if not self.listens():
            return
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listening.close()
        with self._lock:
            talking = list(self._open)
            for _thread, sock in talking:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                socket.socket.shutdown(sock, socket.SHUT_RD)
        for thread, _sock in talking:
            thread.join()

    def listens(self):
        return self._accepting.is_alive()

    def connections(self):
        with self._lock:
            return len(self._open)

    def _accept(self, listening):
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            thread = threading.Thread(target=self._talk, args=(sock,), daemon=True)
            with self._lock:
                self._open.add((thread, sock))
            thread.start()

    def _talk(self, sock):
        try:
            if self.tls:
                sock.do_handshake()
            self._converse(sock)
        except (NoMoreData, OSError):
            pass
        finally:
            with self._lock:
                self._open.discard((threading.current_thread(), sock))
            sock.close()

    def _converse(self, sock):
        def more(buffer, _wanted):
            data = sock.recv(65536)
            buffer += data
            return len(data)

        dec = DaxCborDecoder(more)
        wire.read_greeting(dec)
        self.greeted += 1
        authorized = False
        while True:
            method, arguments = wire.read_call(dec)
            if method == "authorizeConnection":
                # Nothing is answered to a good signature.
                authorized = self._signed(*arguments)
                continue
            if self.silent:
                continue
            answer = self._answer(method, arguments) if authorized else wire.refused("unauthorized", "Sign in first.")
            if method not in ABOUT:
                time.sleep(self.slow)
            if self.cut and method not in ABOUT:
                sock.sendall(answer[: len(answer) // 2])
                return
            sock.sendall(answer)

    def _signed(self, access_key, signature, text, token, _agent):
        """Signed with this shop's own secret for DAX, by the rules of AWS's signatures (version 4)."""
        ours = aws.credentials()
        _algorithm, _moment, scope, _hash = text.decode().split("\n")
        day, region, service, _end = scope.split("/")
        key = SigV4Gen.getSignatureKey(ours.secret_key, day, region, service)
        expected = hmac.new(key, text, hashlib.sha256).hexdigest()
        good = (access_key, signature, token, service) == (ours.access_key, expected, ours.token, "dax")
        self.signed += good
        return good

    def _answer(self, method, arguments):
        if method == "endpoints":
            return wire.well(wire.endpoints(HOST, [node.port for node in self._nodes if node.listens()]))
        if self.refusing and method not in ABOUT:
            return wire.refused(self.refusing, "The node cannot now.")
        try:
            return wire.well(self.cluster.answer(method, arguments))
        except ClientError as refused:
            error = refused.response["Error"]
            return wire.refused(error["Code"], error.get("Message", ""))


def eventually(seen, *, seconds=20):
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, "It never happened."
        time.sleep(0.01)
