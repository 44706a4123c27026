"""Each limit at the limit, where the request is taken, and one beyond, where it is refused with the right status."""
import asyncio
import json
import time

from http_client import Connection, Gone, request
from server import Server

CHAT = "/v1/chat/completions"
MESSAGE = {"role": "user", "content": "안녕"}


def chat(**more):
    return request("POST", CHAT, {"messages": [MESSAGE], "max_tokens": 1} | more)


def target_of(n_bytes):
    return request("GET", "/health?" + "x" * (n_bytes - len("/health?")))


def line_of(n_bytes):
    return request("GET", "/health", fields=[("X", "y" * (n_bytes - 1))])


def fields_of(n):
    return request("GET", "/health", fields=[(f"X-{i}", "y") for i in range(n - 1)])  # and Host


def header_of(n_bytes):
    """Names and values together, of fields that are each within their limit."""
    fields = [(f"X-{i}", "y" * 8000) for i in range(4)]
    used = sum(len(name) + len(value) for name, value in [*fields, ("Host", "localhost"), ("Y", "")])
    return request("GET", "/health", fields=[*fields, ("Y", "z" * (n_bytes - used))])


def body_of(n_bytes):
    body = {"messages": [MESSAGE], "max_tokens": 1, "user": ""}
    empty = len(json.dumps(body, ensure_ascii=False).encode())
    return request("POST", CHAT, body | {"user": "u" * (n_bytes - empty)})


def head_of_body(n_bytes):
    """The promise of a body, and none of it."""
    return f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {n_bytes}\r\n\r\n".encode()


def chunked_body(n_bytes):
    whole = body_of(n_bytes)
    body = whole[whole.index(b"\r\n\r\n") + 4:]
    pieces = [body[at:at + 65536] for at in range(0, len(body), 65536)]
    return (f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode() +
            b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n")


def depth_of(n):
    return chat(metadata=json.loads("[" * (n - 1) + "]" * (n - 1)))


def schema_of(n_bytes):
    schema = {"type": "string", "description": ""}
    empty = len(json.dumps(schema, separators=(",", ":")))
    return chat(json_schema=schema | {"description": "d" * (n_bytes - empty)})


def grammar_of(n_bytes):
    start = 'root ::= "a" #'
    return chat(grammar=start + "c" * (n_bytes - len(start)))


def tools_of(n):
    return [{"type": "function", "function": {"name": f"f{i}", "parameters": {"type": "object"}}} for i in range(n)]


# name, the limit, what is sent, its status at the limit, and one beyond it.  What is refused for another reason all the
# same (a long chat does not fit the model) is told apart by a word of the error.
LIMITS = [
    ("target, bytes", 8 << 10, target_of, 200, 414, None),
    ("header line, bytes", 8 << 10, line_of, 200, 431, None),
    ("header lines", 100, fields_of, 200, 431, None),
    ("header, bytes", 32 << 10, header_of, 200, 431, None),
    ("body, bytes", 10 << 20, body_of, 200, 413, None),
    ("body in chunks, bytes", 10 << 20, chunked_body, 200, 413, None),
    ("JSON depth", 128, depth_of, 200, 400, None),
    ("messages", 4096, lambda n: chat(messages=[MESSAGE] * n), 400, 400, "4097"),
    ("tools", 128, lambda n: chat(tools=tools_of(n)), 400, 400, "129"),
    ("stop texts", 16, lambda n: chat(stop=["x"] * n), 200, 400, None),
    ("top_logprobs", 20, lambda n: chat(logprobs=True, top_logprobs=n), 200, 400, None),
    ("n", 128, lambda n: chat(n=n), 200, 400, None),
    ("logit_bias", 4096, lambda n: chat(logit_bias=[[i, 1] for i in range(n)]), 200, 400, None),
    ("schema, bytes", 64 << 10, schema_of, 200, 400, None),
    ("grammar, bytes", 64 << 10, grammar_of, 200, 400, None),
]


async def ask(port, data):
    connection = await Connection.open(port)
    try:
        return await asyncio.wait_for(connection.ask(data), 60)
    finally:
        connection.close()


async def check_sizes(server, figures):
    for name, limit, make, within, beyond, word in LIMITS:
        at = await ask(server.port, make(limit))
        over = await ask(server.port, make(limit + 1))
        kept = (at.status, over.status) == (within, beyond)
        if word:
            kept = kept and word.encode() not in at.body and word.encode() in over.body
        figures.promise(f"{name}: {limit}, and one more", f"{at.status}, {over.status}", kept, f"{within}, {beyond}")
    early = await ask(server.port, head_of_body((10 << 20) + 1))
    figures.promise("a body too long, before it is sent", early.status, early.status == 413, "413")


async def check_patience(server, figures):
    """Header and body that do not come: 408 after their ten seconds."""
    async def wait(data, drip):
        connection, began = await Connection.open(server.port), time.monotonic()
        connection.transport.write(data)
        waiting = asyncio.ensure_future(connection.reply())
        while not waiting.done():
            connection.transport.write(drip)
            await asyncio.wait([waiting], timeout=.5)
        connection.close()
        return waiting.result().status, time.monotonic() - began

    names = "a header that does not end", "a body that hardly comes"
    ends = await asyncio.gather(wait(b"GET /health HTTP/1.1\r\nX: ", b"y"), wait(head_of_body(100_000), b"y"))
    for name, (status, seconds) in zip(names, ends):
        figures.promise(name, f"{status} after {seconds:.1f} s", status == 408 and 9.9 < seconds < 13, "408 after 10 s")


async def check_queue(server, figures, n_queue):
    """As many long answers as may be pending, and one more."""
    connections = [await Connection.open(server.port) for _ in range(n_queue)]
    waiting = [asyncio.ensure_future(c.ask(chat(n=16, max_tokens=400))) for c in connections]
    while server.count("requests_pending") < n_queue:
        await asyncio.sleep(.01)
    reply = await ask(server.port, chat())
    kept = reply.status == 503 and int(reply.fields.get("retry-after", 0)) > 0
    figures.promise(f"one more than {n_queue} waiting answers", reply.status, kept, "503 with Retry-After")
    for connection in connections:
        connection.close()
    await asyncio.gather(*waiting, return_exceptions=True)


async def clients(server, options, figures, n_queue):
    try:
        await check_sizes(server, figures)
        await check_queue(server, figures, n_queue)
        if not options.quick:
            await check_patience(server, figures)
    except Gone:
        figures.promise("connections end with an answer", "no", False, "yes")


def run(options, figures):
    n_queue = 8
    with Server(options, n_parallel=2, queue=n_queue) as server:
        asyncio.run(clients(server, options, figures, n_queue))
        figures.promise("server lives", server.lives(), server.lives(), "yes")
