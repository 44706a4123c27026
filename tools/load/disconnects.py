"""Clients that leave at random points of a request, beside a stream that must not notice."""
import asyncio
import collections
import random
import time

from http_client import Connection, request, streamed_text
from prompts import Prompts
from server import Server

POINTS = ("connect", "header", "body", "queued", "prefill", "decode")
N_AT_ONCE = 48
N_SLOTS = 8  # fewer, so that most are queued


async def leave(server, prompts, point, fate):
    """One request that is given up at `point`."""
    connection = await Connection.open(server.port)
    i = fate.randrange(10_000)
    whole = prompts.chat(i, max_tokens=200, n_words=100 if point == "prefill" else 6)
    head = whole.index(b"\r\n\r\n") + 4
    if point == "header":
        connection.transport.write(whole[:fate.randrange(1, head)])
    elif point == "body":
        connection.transport.write(whole[:fate.randrange(head, len(whole))])
    elif point != "connect":
        connection.transport.write(whole)
    if point == "prefill":
        await asyncio.sleep(fate.uniform(0, .03))
    elif point == "decode":
        wanted, reached = fate.randrange(1, 20), asyncio.get_running_loop().create_future()
        connection.on_event = lambda c: c.n_events >= wanted and not reached.done() and reached.set_result(None)
        await asyncio.wait([reached, connection.closed], timeout=60, return_when=asyncio.FIRST_COMPLETED)
    elif fate.random() < .5:
        await asyncio.sleep(0)
    connection.close(reset=fate.random() < .5)


async def witness(server, prompts, until=None):
    """The texts of a stream with a fixed seed, again and again until `until` is done."""
    texts = []
    while not texts or (until and not until.done()):
        connection = await Connection.open(server.port)
        texts.append(streamed_text(await connection.ask(prompts.chat(7, max_tokens=300))))
        connection.close()
    return texts


async def leave_all(server, prompts, n, reached):
    fate, left = random.Random(1), iter(range(n))

    async def worker():
        for _ in left:
            point = fate.choice(POINTS)
            reached[point] += 1
            await leave(server, prompts, point, fate)

    await asyncio.gather(*(worker() for _ in range(N_AT_ONCE)))


async def seconds_until_quiet(server, patience_s=30):
    began = time.monotonic()
    while time.monotonic() < began + patience_s:
        counts = [await asyncio.to_thread(server.count, name) for name in ("streams", "requests_pending")]
        if counts == [0, 0]:
            break
        await asyncio.sleep(.002)
    return time.monotonic() - began


async def clients(server, options, figures):
    prompts, reached = Prompts(server.model), collections.Counter()
    quiet = (await witness(server, prompts))[0]
    n_files = server.n_files()
    leaving = asyncio.ensure_future(leave_all(server, prompts, options.n_disconnects, reached))
    texts = await witness(server, prompts, until=leaving)
    await leaving
    left_s = await seconds_until_quiet(server)
    figures.line("disconnects", dict(reached))
    for name in ("streams", "requests_pending"):
        n = server.count(name)
        figures.promise(f"/metrics {name} afterwards", f"{n:.0f}", n == 0, "0")
    figures.line("the last one was gone after", f"{1000 * left_s:.0f} ms")
    figures.line("streams cancelled", f"{server.count('streams_cancelled_total'):.0f}")
    n_equal = sum(text == quiet for text in texts)
    figures.promise("streams beside them with the same text", f"{n_equal} of {len(texts)}", n_equal == len(texts), "all")
    await asyncio.sleep(2.5)  # connections that linger
    figures.promise("open files, growth", server.n_files() - n_files, server.n_files() <= n_files + 1, "none")
    alone = []
    for i in range(options.n_lonely):
        await leave(server, prompts, ("prefill", "decode")[i % 2], random.Random(i))
        alone.append(await seconds_until_quiet(server))
    figures.milliseconds("from a lone client's leaving to a free slot", alone)


def run(options, figures):
    with Server(options, n_parallel=N_SLOTS) as server:
        asyncio.run(clients(server, options, figures))
        figures.promise("server lives", server.lives(), server.lives(), "yes")
