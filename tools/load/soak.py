"""All kinds of clients for a long time: nothing grows, and the last answer is as the first."""
import asyncio
import random
import statistics
import time

from disconnects import POINTS, leave, seconds_until_quiet
from figures import percentile
from http_client import Connection, streamed_text
from prompts import Prompts
from server import Server

N_CLIENTS = 24
N_PROMPTS = 200


async def fixed_texts(server, prompts):
    texts = []
    for i in range(10):
        connection = await Connection.open(server.port)
        texts.append(streamed_text(await connection.ask(prompts.chat(i, max_tokens=60, greedy=i % 2 == 0))))
        connection.close()
    return texts


async def client(server, prompts, i, end, first_tokens):
    """Asks, and leaves in the middle every fifth time."""
    fate = random.Random(i)
    while time.monotonic() < end:
        if fate.random() < .2:
            await leave(server, prompts, fate.choice(POINTS), fate)
            continue
        connection = await Connection.open(server.port)
        for _ in range(fate.randrange(1, 5)):
            began = time.monotonic()
            reply = await connection.ask(prompts.chat(fate.randrange(N_PROMPTS), fate.randrange(1, 100),
                                                      n_words=fate.randrange(1, 60)))
            first_tokens.append((began, reply.first_token_s, reply.status))
        connection.close()


def slope_a_minute(samples):
    """Least squares, of (seconds, value)."""
    times, values = zip(*samples)
    middle = statistics.fmean(times)
    spread = sum((t - middle) ** 2 for t in times)
    return 60 * sum((t - middle) * v for t, v in samples) / spread if spread else 0.0


async def watch(server, began, end, memory):
    while time.monotonic() < end:
        memory.append((time.monotonic() - began, server.resident_bytes() / 2**20))
        await asyncio.sleep(1)


async def clients(server, options, figures):
    prompts, first_tokens, memory = Prompts(server.model), [], []
    first = await fixed_texts(server, prompts)
    n_files, began = server.n_files(), time.monotonic()
    seconds = 60 * options.minutes
    end = began + seconds
    await asyncio.gather(watch(server, began, end, memory),
                         *(client(server, prompts, i, end, first_tokens) for i in range(N_CLIENTS)))
    await seconds_until_quiet(server)
    await asyncio.sleep(2.5)  # connections that linger
    last = await fixed_texts(server, prompts)
    figures.line("requests", len(first_tokens))
    n_bad = sum(status not in (200, 503) for _, _, status in first_tokens)
    figures.promise("statuses besides 200 and 503", n_bad, n_bad == 0, "none")
    settled = [(t, mib) for t, mib in memory if t >= seconds / 3]
    slope = 60 * slope_a_minute(settled)
    figures.line("memory, begin, a third, end", " ".join(f"{mib:.1f}" for mib in
                                                         (memory[0][1], settled[0][1], memory[-1][1])) + " MiB")
    # one page of the allocator more or less is 5 MiB an hour in a minute; only a long soak can tell
    is_long = options.minutes >= 10
    figures.promise("memory, slope behind the first third", f"{slope:+.2f} MiB/h", slope < 1 or not is_long,
                    "< 1 MiB/h" if is_long else "told by 10 minutes and more")
    thirds = [[s for at, s, status in first_tokens if status == 200 and begin <= at - began < begin + seconds / 3]
              for begin in (0, 2 * seconds / 3)]
    figures.line("time to first token p99, first and last third", " ".join(f"{1000 * percentile(third, .99):.0f}" for
                                                                           third in thirds) + " ms")
    figures.promise("open files, growth", server.n_files() - n_files, server.n_files() <= n_files, "none")
    figures.promise("fixed requests answered as at the start", first == last, first == last, "yes")
    for name in ("streams", "requests_pending"):
        n = server.count(name)
        figures.promise(f"/metrics {name} afterwards", f"{n:.0f}", n == 0, "0")


def run(options, figures):
    with Server(options, n_parallel=8) as server:
        asyncio.run(clients(server, options, figures))
        figures.promise("server lives", server.lives(), server.lives(), "yes")
