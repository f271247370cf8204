"""Slow sockets: how long our server keeps them, and what honest people notice of them.

A quarter each: the head of the first request byte by byte; the head of the second; a body byte by byte; a download
that is not read. Then slowhttptest. Honest requests go on beside, each on a connection of its own.

python slow.py [--sockets 2000] [--seconds 30]
"""

import argparse
import csv
import http.client
import json
import multiprocessing
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import dewdrop
from measured import RESULTS, Results, memory
from peers import CURL

HEAD = b"GET /healthz HTTP/1.1\r\nHost: bench\r\n"
BODY = (
    b"POST /api/session/salt HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100000\r\n\r\n{"
)


def honest(port: int, auth: str, until: float, pace: float, told: multiprocessing.Queue) -> None:
    """One request after the other on new connections; seconds each took, or the error."""
    times = []
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            line.request("GET", "/api/link", headers={"Authorization": auth})
            answer = line.getresponse()
            answer.read()
            times.append(time.monotonic() - begun if answer.status == 200 else f"{answer.status}")
            line.close()
        except OSError as error:
            times.append(f"{error}")
        time.sleep(max(0.0, begun + pace - time.monotonic()))
    told.put(times)


class Honest:
    """Four people who ask ten times a second each, for a while."""

    def __init__(self, server: dewdrop.Server, secret: bytes, seconds: float):
        self.told = multiprocessing.Queue()
        auth = "Bearer " + dewdrop.text(dewdrop.derive(secret, "dewdrop/v1/link-auth"))
        until = time.monotonic() + seconds
        args = (server.port, auth, until, 0.1, self.told)
        self.people = [multiprocessing.Process(target=honest, args=args) for _ in range(4)]
        [one.start() for one in self.people]

    def figures(self) -> dict:
        all_times = [one for _ in self.people for one in self.told.get()]
        [one.join() for one in self.people]
        times = sorted(one for one in all_times if isinstance(one, float))
        at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000
        return {
            "requests": len(times), "failed": len(all_times) - len(times),
            "p50_ms": at(0.5), "p99_ms": at(0.99), "most_ms": times[-1] * 1000,
        }


class Slow:
    """One slow socket."""

    def __init__(self, port: int, kind: str, first: bytes, then: bytes, small: bool = False):
        self.kind, self.then, self.ended = kind, then, None
        self.socket = socket.socket()
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(first)
        self.reads = not small
        if kind == "second head":
            self.socket.recv(4096)
        self.socket.setblocking(False)
        self.socket.send(then)
        self.begun = time.monotonic()

    def look(self) -> bool:
        """Says one more byte; whether it is still there."""
        try:
            if self.reads:
                self.socket.send(b"a")
                if self.socket.recv(4096) == b"":
                    raise ConnectionResetError
            elif error := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, os.strerror(error))
        except BlockingIOError:
            return True
        except OSError:
            self.ended = time.monotonic() - self.begun
            self.socket.close()
            return False
        return True


def attack(server: dewdrop.Server, get: bytes, sockets: int, most: float) -> dict[str, list[float | None]]:
    whole = HEAD + b"\r\n"
    kinds = [
        lambda: Slow(server.port, "first head", b"", HEAD + b"X: "),
        lambda: Slow(server.port, "second head", whole, HEAD + b"X: "),
        lambda: Slow(server.port, "body", b"", BODY),
        lambda: Slow(server.port, "not reading", get, b"", small=True),
    ]
    everyone = [kinds[n % 4]() for n in range(sockets)]
    here, until = list(everyone), time.monotonic() + most
    while here and time.monotonic() < until:
        begun = time.monotonic()
        here = [one for one in here if one.look()]
        time.sleep(max(0.0, begun + 1 - time.monotonic()))
    found: dict[str, list[float | None]] = {}
    for one in everyone:
        found.setdefault(one.kind, []).append(one.ended)
    [one.socket.close() for one in here]
    return found


def held(port: int) -> set[int]:
    """Who the kernel's table says is connected to the server, by port; what only waits for late packets is nobody."""
    here = set()
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, state = line.split()[1:4]
        if int(local.split(":")[1], 16) == port and state not in ("0A", "06"):
            here.add(int(remote.split(":")[1], 16))
    return here


class Watch(threading.Thread):
    """How many connections the server has that are older than a second, each second."""

    def __init__(self, port: int):
        super().__init__(daemon=True)
        self.port, self.counts, self.over = port, [], threading.Event()
        self.start()

    def run(self) -> None:
        before = held(self.port)
        while not self.over.wait(1):
            now = held(self.port)
            self.counts.append(len(before & now))
            before = now

    def ended(self) -> tuple[int, int, int]:
        """The most, seconds from then until none was left, and how many were left at the end."""
        self.over.set()
        self.join()
        most = max(self.counts)
        last = max((n for n, count in enumerate(self.counts) if count > 0), default=0)
        return most, last + 1 - self.counts.index(most), self.counts[-1]


def slowhttptest(server: dewdrop.Server, mode: list[str], sockets: int, folder: pathlib.Path, path: str) -> dict:
    """When the server had closed the last of its connections, counted from when most were open: by the kernel's
    table. Its own account is told beside: who reads slowly learns of the end after what came before it."""
    out = folder / "slowhttptest"
    line = ["slowhttptest", *mode, "-c", str(sockets), "-r", "500", "-i", "1", "-l", "40", "-p", "5"]
    watch = Watch(server.port)
    done = subprocess.run([*line, "-u", f"{server.origin}{path}", "-g", "-o", out], capture_output=True, text=True)
    most, last, left = watch.ended()
    with out.with_suffix(".csv").open() as file:
        seconds = [{key.strip(): int(value) for key, value in row.items() if key} for row in csv.DictReader(file)]
    connected = next(key for key in seconds[0] if key.startswith("Connected"))
    unaware = 0 if "No open connections left" in done.stdout else seconds[-1][connected]
    return {"connected": most, "last_s": last, "left": left if unaware else 0, "unaware": unaware}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=30)
    wish = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    folder, results = pathlib.Path(tempfile.mkdtemp(dir=RESULTS, prefix="slow-")), Results("slow")
    try:
        server = dewdrop.Server(folder / "dewdrop")
        secret = server.link(uses=4)
        sent = dewdrop.Submission(server, secret, {0: dewdrop.legal(64 << 20)})
        film = folder / "film"
        film.write_bytes(dewdrop.header() + os.urandom(dewdrop.legal(64 << 20) - len(dewdrop.header())))
        headers = [part for line in sent.headers(0) for part in ("-H", line)]
        subprocess.run([*CURL, *headers, "-X", "PATCH", "-T", film, sent.url()], check=True)
        sent.commit()
        token = json.loads((server.folder / "profile/session.json").read_text())["token"]
        name = dewdrop.text(sent.id)
        get = f"GET /api/submissions/{name}/files/0 HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
        results.add("honest, alone", **Honest(server, secret, wish.seconds).figures())
        people = Honest(server, secret, wish.seconds)
        found = attack(server, get.encode(), wish.sockets, 60)
        results.add("honest, among slow sockets", **people.figures())
        for kind, ended in found.items():
            kept = [one for one in ended if one is not None]
            figures = {"sockets": len(ended), "left": ended.count(None), "most_s": max(kept, default=None)}
            results.add(kind, **figures, rss_mib=memory(server.pid))
        page = max((pathlib.Path(__file__).parents[2] / "web/dist/assets").glob("*.js"), key=lambda f: f.stat().st_size)
        attacks = {
            "slowhttptest, heads": (["-H"], "/u"),
            "slowhttptest, bodies": (["-B", "-s", "100000"], "/api/session/salt"),
            "slowhttptest, reading": (["-X", "-w", "512", "-y", "1024", "-z", "5", "-n", "5", "-k", "3"], f"/assets/{page.name}"),
        }
        for who, (mode, path) in attacks.items():
            people = Honest(server, secret, 40)
            figures = slowhttptest(server, mode, wish.sockets // 2, folder, path)
            results.add(who, **figures, **people.figures())
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
