"""Clients that ask for much and read nothing: they are dropped, and nobody else notices."""
import asyncio

from disconnects import seconds_until_quiet, witness
from http_client import Connection
from prompts import Prompts
from server import Server

N_READERS = 4
# Each answer is some 12 MB of events, more than a connection's buffers here and in the system take.
GREEDY = {"n": 16, "logprobs": True, "top_logprobs": 20}


async def clients(server, figures):
    prompts = Prompts(server.model)
    quiet = (await witness(server, prompts))[0]
    began_bytes = server.resident_bytes()
    most_bytes = began_bytes
    readers = []
    for i in range(N_READERS):
        connection = await Connection.open(server.port, receive_bytes=4096)
        connection.transport.pause_reading()
        connection.transport.write(prompts.chat(i, max_tokens=400, **GREEDY))
        readers.append(connection)
    ended = asyncio.ensure_future(seconds_until_quiet(server, patience_s=120))
    beside = asyncio.ensure_future(witness(server, prompts))
    while not ended.done():
        most_bytes = max(most_bytes, server.resident_bytes())
        await asyncio.sleep(.05)
    n_cancelled = server.count("streams_cancelled_total")
    figures.promise("streams nobody read that were ended", f"{n_cancelled:.0f}", n_cancelled > 0, "some")
    figures.promise("/metrics streams afterwards", f"{server.count('streams'):.0f}", server.count("streams") == 0, "0")
    growth_mib = (most_bytes - began_bytes) / 2**20
    figures.promise("memory, most growth", f"{growth_mib:.1f} MiB", growth_mib < 64, "< 64 MiB")
    equal = (await beside)[0] == quiet
    figures.promise("the stream beside them says the same", equal, equal, "yes")
    for connection in readers:
        connection.close()


def run(options, figures):
    with Server(options, n_parallel=16) as server:
        asyncio.run(clients(server, figures))
        figures.promise("server lives", server.lives(), server.lives(), "yes")
