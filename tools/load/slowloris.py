"""A thousand clients that send a byte every ten seconds, and come again when they are thrown out."""
import asyncio
import collections
import random
import statistics
import time

from http_client import Connection
from prompts import Prompts
from server import Server

SECONDS_PER_BYTE = 10


async def slow_client(port, i, outcomes):
    """Half of them are slow in the header, half in the body."""
    fate = random.Random(i)
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
    while True:
        try:
            connection = await Connection.open(port)
        except OSError:
            await asyncio.sleep(1)
            continue
        try:
            outcomes["opened"] += 1
            if i % 2:
                connection.transport.write(head + b"Content-Length: 100000\r\n\r\n")
            while not connection.closed.done():
                connection.transport.write(b"x")
                await asyncio.wait([connection.closed], timeout=SECONDS_PER_BYTE * fate.uniform(.9, 1.1))
            outcomes[f"closed with {connection.status or 'nothing'}"] += 1
        finally:
            connection.close()


async def first_tokens(server, prompts, seconds):
    """What a normal client sees, which asks twice a second."""
    times, end, i = [], time.monotonic() + seconds, 0
    while time.monotonic() < end:
        connection = await Connection.open(server.port)
        reply = await connection.ask(prompts.chat(i, max_tokens=8, n_words=12))
        connection.close()
        if reply.status == 200:
            times.append(reply.first_token_s)
        i += 1
        await asyncio.sleep(.2)
    return times


async def clients(server, options, figures):
    prompts, outcomes = Prompts(server.model), collections.Counter()
    quiet = await first_tokens(server, prompts, options.seconds / 2)
    slow = [asyncio.create_task(slow_client(server.port, i, outcomes)) for i in range(options.n_connections)]
    await asyncio.sleep(1)
    beset = await first_tokens(server, prompts, options.seconds)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    quiet += await first_tokens(server, prompts, options.seconds / 2)  # both sides, as machines change
    figures.line("slow clients", dict(outcomes))
    figures.milliseconds("time to first token, alone", quiet)
    figures.milliseconds("time to first token, among slow ones", beset)
    ratio = statistics.median(beset) / statistics.median(quiet)
    figures.promise("what slow clients cost", f"{ratio:.2f} x", ratio <= 1.5, "at most 1.5 x, of medians")


def run(options, figures):
    with Server(options, n_parallel=4) as server:
        asyncio.run(clients(server, options, figures))
        figures.promise("server lives", server.lives(), server.lives(), "yes")
