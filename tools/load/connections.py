"""A thousand open connections, a hundred of them with an answer under way; then all thousand ask at once."""
import asyncio
import collections
import time

from http_client import Connection, Gone, request, streamed_text
from prompts import Prompts
from pulse import Pulse
from server import Server

HEALTH = request("GET", "/health")


def is_busy(reply):
    return reply.status in (429, 503) and "retry-after" in reply.fields


async def fresh(server, connection):
    """The connection, or another where the server has closed it: they may be idle for 75 seconds."""
    return await Connection.open(server.port) if connection.transport.is_closing() else connection


async def take_turns(server, idle, prompts, n_streams, seconds, statuses, first_tokens):
    """`n_streams` answers at all times, each on another of the idle connections."""
    end = time.monotonic() + seconds

    async def one(worker):
        i = worker
        while time.monotonic() < end:
            connection = await fresh(server, idle.popleft())
            reply = await connection.ask(prompts.chat(i, max_tokens=48))
            idle.append(connection)
            i += n_streams
            statuses[reply.status] += 1
            if reply.status == 200:
                streamed_text(reply)
                first_tokens.append(reply.first_token_s)

    await asyncio.gather(*(one(worker) for worker in range(n_streams)))


async def all_at_once(server, connections, prompts, statuses):
    """Returns how many were sent away without a word of when to come again."""
    async def one(i, connection):
        reply = await (await fresh(server, connection)).ask(prompts.chat(i, max_tokens=4))
        statuses[reply.status] += 1
        return reply.status != 200 and not is_busy(reply)

    return sum(await asyncio.gather(*(one(i, c) for i, c in enumerate(connections))))


async def clients(server, options, figures):
    prompts, statuses, burst, first_tokens = Prompts(server.model), collections.Counter(), collections.Counter(), []
    connections = [await Connection.open(server.port) for _ in range(options.n_connections)]
    replies = await asyncio.gather(*(connection.ask(HEALTH) for connection in connections))
    figures.promise("connections that are served", sum(reply.status == 200 for reply in replies),
                    all(reply.status == 200 for reply in replies), f"all {options.n_connections}")
    idle = collections.deque(connections)
    await take_turns(server, idle, prompts, options.n_streams, options.seconds, statuses, first_tokens)
    figures.line("answers finished a second", f"{statuses[200] / options.seconds:.1f}")
    figures.milliseconds("time to first token, all streams busy", first_tokens)
    try:
        n_rude = await all_at_once(server, idle, prompts, burst)
    except Gone:
        n_rude = len(idle)
    figures.line("statuses of all connections asking at once", dict(burst))
    statuses += burst
    others = {status: n for status, n in statuses.items() if status >= 500 and status != 503}
    figures.promise("server errors besides 503", others or 0, not others, "none")
    figures.promise("refusals without Retry-After", n_rude, n_rude == 0, "none")
    for connection in idle:
        connection.close()


def run(options, figures):
    # a short context: the KV cache of all streams is memory that was asked for, not growth
    with Server(options, n_parallel=options.n_streams, context=128) as server:
        began_bytes = server.resident_bytes()
        with Pulse(server.port) as pulse:
            asyncio.run(clients(server, options, figures))
        growth_mib = (server.resident_bytes() - began_bytes) / 2**20
        p99 = pulse.times[int(.99 * len(pulse.times))]
        figures.milliseconds("/health meanwhile", pulse.times)
        figures.promise("/health p99", f"{1000 * p99:.1f} ms", p99 < .05, "< 50 ms")
        figures.promise("/health failed", pulse.n_failed, pulse.n_failed == 0, "never")
        figures.promise("memory, growth", f"{growth_mib:.1f} MiB", growth_mib < 100, "< 100 MiB")
        figures.promise("server lives", server.lives(), server.lives(), "yes")
