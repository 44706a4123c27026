"""A server under test: its process, what it uses, what it counts."""
import os
import re
import signal
import subprocess
import urllib.request

START_S = 120


class Server:
    """`ondol serve MODEL` on a free port, or llama.cpp's llama-server beside it; ends with its block."""

    def __init__(self, options, n_parallel, queue=512, context=512):
        self.model, self.peer = options.model, options.peer
        if self.peer:
            arguments = [self.peer, "-m", self.model, "--port", str(options.port), "-np", str(n_parallel), "-c",
                         str(n_parallel * context), "--metrics", "--no-webui", "-t", "2"]
        else:
            arguments = [options.program, "serve", self.model, "--port", "0", "-np", str(n_parallel), "--queue",
                         str(queue), "-c", str(context), "--no-schema"]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL if self.peer else None)
        self.port = options.port if self.peer else self._announced_port()

    def _announced_port(self):
        line = self.process.stdout.readline()
        found = re.search(r"http://[^/]*:(\d+)/", line)
        if not found:
            raise SystemExit(f"the server did not start: {line.strip() or 'it said nothing'}")
        return int(found.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def lives(self):
        return self.process.poll() is None

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.read().decode()

    def count(self, name):
        """A number of /metrics."""
        return float(re.search(rf"^ondol_{name} (\S+)$", self.get("/metrics"), re.MULTILINE).group(1))

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return 1024 * int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def n_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))
