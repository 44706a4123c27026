"""Asks /health all the time, from a process of its own: the other clients' work does not count."""
import http.client
import multiprocessing
import time


def _beat(port, seconds_between, pipe):
    connection, times, n_failed = http.client.HTTPConnection("127.0.0.1", port, timeout=10), [], 0
    while not pipe.poll(seconds_between):
        began = time.monotonic()
        try:
            connection.request("GET", "/health")
            answer = connection.getresponse()
            answer.read()
            n_failed += answer.status != 200
        except OSError:
            n_failed += 1
            connection.close()
        times.append(time.monotonic() - began)
    pipe.send((times, n_failed))


class Pulse:
    """While its block runs; afterwards `times` (seconds, sorted) and `n_failed` are there."""

    def __init__(self, port, seconds_between=0.02):
        self.pipe, end = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=_beat, args=(port, seconds_between, end), daemon=True)
        self.times, self.n_failed = [], 0

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.pipe.send(None)
        times, self.n_failed = self.pipe.recv()
        self.times = sorted(times)
        self.process.join()
