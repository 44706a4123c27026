"""HTTP/1.1 at the level of bytes: what a client sends and when is the test's to say.

asyncio's own streams take a task switch for every line; with a hundred answers at once that would measure the client.
"""
import asyncio
import dataclasses
import json
import socket
import struct
import time


@dataclasses.dataclass
class Reply:
    status: int
    fields: dict
    body: bytes
    seconds: float         # from the request to the reply's end
    first_token_s: float   # to the first event with text, of a stream


class Gone(Exception):
    """The server closed the connection before its reply's end."""


def request(method, path, body=None, fields=()):
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in fields]
    data = b""
    if body is not None:
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self):
        self.transport = None
        self.closed = asyncio.get_running_loop().create_future()
        self._forget()

    def _forget(self):
        self.received, self.head_end, self.status, self.fields = bytearray(), -1, 0, {}
        self.n_events, self.first_token_at, self.done, self.on_event = 0, 0.0, None, None

    @classmethod
    async def open(cls, port, receive_bytes=None):
        raw = socket.socket()
        raw.setblocking(False)
        if receive_bytes:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, ("127.0.0.1", port))
        return (await loop.create_connection(cls, sock=raw))[1]

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _):
        if not self.closed.done():
            self.closed.set_result(None)
        if self.done and not self.done.done():
            if self.head_end >= 0 and "content-length" not in self.fields and "transfer-encoding" not in self.fields:
                self.done.set_result(None)
            else:
                self.done.set_exception(Gone())

    def data_received(self, data):
        self.received += data
        if self.head_end < 0:
            self._take_head()
        self.n_events += data.count(b"data: ")
        if self.n_events > 1 and not self.first_token_at:  # the first says only whose turn it is
            self.first_token_at = time.monotonic()
        if self.on_event:
            self.on_event(self)
        if self.done and not self.done.done() and self.is_whole():
            self.done.set_result(None)

    def _take_head(self):
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        lines = bytes(self.received[:end]).decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        self.head_end = end + 4

    def is_whole(self):
        if self.head_end < 0:
            return False
        if "transfer-encoding" in self.fields:
            return self.received.endswith(b"\r\n0\r\n\r\n")
        return len(self.received) - self.head_end >= int(self.fields.get("content-length", 0))

    async def ask(self, data, on_event=None):
        """Sends a request and waits for its reply."""
        self._forget()
        self.on_event = on_event
        self.done = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        if self.transport.is_closing():
            raise Gone
        self.transport.write(data)
        return await self.reply(began)

    async def reply(self, began=None):
        """Waits for the reply to what has been sent."""
        began = began or time.monotonic()
        if not self.done:
            self.done = asyncio.get_running_loop().create_future()
        if self.is_whole() and not self.done.done():
            self.done.set_result(None)
        if self.transport.is_closing() and not self.done.done():
            raise Gone
        await self.done
        body = bytes(self.received[self.head_end:])
        if "transfer-encoding" in self.fields:
            body = unchunked(body)
        first = self.first_token_at - began if self.first_token_at else 0.0
        return Reply(self.status, self.fields, body, time.monotonic() - began, first)

    def close(self, reset=False):
        """Closes in order, or with a reset that throws away what is under way."""
        if self.transport.is_closing():
            return
        if reset:
            raw = self.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def unchunked(body):
    pieces, at = [], 0
    while True:
        end = body.index(b"\r\n", at)
        size = int(body[at:end], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2:end + 2 + size])
        at = end + 2 + size + 2


def streamed_text(reply):
    """Text and reason to end of a streamed chat; fails when the stream has no proper end."""
    text, reason, ended = [], None, False
    for line in reply.body.decode().splitlines():
        if line == "data: [DONE]":
            ended = True
        elif line.startswith("data: "):
            event = json.loads(line[6:])
            if "error" in event:
                raise ValueError("the stream ended with an error")
            for choice in event["choices"]:
                text.append(choice["delta"].get("content") or "")
                reason = choice["finish_reason"] or reason
    if not ended or reason is None:
        raise ValueError("the stream has no end")
    return "".join(text), reason
