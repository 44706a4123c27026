"""What a stream says alone and among others: the same, byte for byte."""
import asyncio

from http_client import Connection, streamed_text
from prompts import Prompts
from server import Server

N_REQUESTS = 100


async def text_of(server, data):
    connection = await Connection.open(server.port)
    reply = await connection.ask(data)
    connection.close()
    return streamed_text(reply)


async def clients(server, options, figures):
    prompts = Prompts(server.model)
    # different lengths, so that they come and go at different times; every other one greedy
    requests = [prompts.chat(i, max_tokens=20 + i % 60, n_words=2 + i % 40, greedy=i % 2 == 0)
                for i in range(N_REQUESTS)]
    alone = [await text_of(server, data) for data in requests]
    n_equal = 0
    for _ in range(options.n_rounds):
        texts = await asyncio.gather(*(text_of(server, data) for data in requests))
        n_equal += sum(text == quiet for text, quiet in zip(texts, alone))
    n_all = N_REQUESTS * options.n_rounds
    figures.line("different texts among those said alone", len(set(alone)))
    figures.promise("the same among 99 others as alone", f"{n_equal} of {n_all}", n_equal == n_all, "all")


def run(options, figures):
    with Server(options, n_parallel=N_REQUESTS) as server:
        asyncio.run(clients(server, options, figures))
