"""Handing out one file: our server beside others, one after the other in changing order, from memory.

curl reads it and throws it away; every file lies in /dev/shm, so that a server's own work shows. Ours opens every
chunk before a byte of it leaves.

python download.py [--rounds 5] [--mib 1024] [--only WHO,WHO]
"""

import argparse
import pathlib
import random
import shutil
import subprocess
import tempfile

import dewdrop
from ingest import body
from measured import Cost, Results, machine
from peers import CURL, PEERS

# What the tus server hands out is no part of the protocol.
NOT = "tus-node-server"


class Ours:
    """Our server with one received file."""

    def __init__(self, folder: pathlib.Path, whole: pathlib.Path):
        self.server = dewdrop.Server(folder)
        sent = dewdrop.Submission(self.server, self.server.link(), {0: whole.stat().st_size})
        patch = ["-X", "PATCH", "-T", whole, *(word for line in sent.headers(0) for word in ("-H", line)), sent.url()]
        subprocess.run([*CURL, *patch], check=True)
        sent.commit()
        url = f"{self.server.origin}/api/submissions/{dewdrop.text(sent.id)}/files/0"
        self.call = ["-H", f"Authorization: Bearer {self.server.token()}", url]
        self.pid, self.stop = self.server.pid, self.server.stop


class Theirs:
    """Another server over a folder with that file in it."""

    def __init__(self, who: str, folder: pathlib.Path, whole: pathlib.Path):
        self.server = PEERS[who](folder)
        (self.server.files / whole.name).hardlink_to(whole)
        self.call = [f"{self.server.url}/{whole.name}"]
        self.pid, self.stop = self.server.pid, self.server.stop


def read(server: Ours | Theirs, size: int) -> Cost:
    with Cost(server.pid) as cost:
        told = [*CURL, "-w", "%{size_download}", *server.call]
        done = subprocess.run(told, check=True, capture_output=True, text=True)
    if int(done.stdout) != size:
        raise RuntimeError(f"{done.stdout} bytes came of {size}")
    return cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--only", type=lambda text: text.split(","), default=["dewdrop", *PEERS])
    wish = parser.parse_args()
    results, servers = Results("download"), {}
    results.add("machine", machine=machine(), rounds=wish.rounds)
    folder = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm", prefix="dewdrop-bench-"))
    try:
        whole, _ = body(folder, dewdrop.legal(wish.mib << 20))
        size = whole.stat().st_size
        for who in wish.only:
            if who == "dewdrop":
                servers[who] = Ours(folder / who, whole)
            elif who != NOT:
                servers[who] = Theirs(who, folder / who, whole)
        turns = [*servers]
        for turn in range(-1, wish.rounds):
            random.Random(turn).shuffle(turns)
            for who in turns:
                cost = read(servers[who], size)
                # The first turn warms up: files, connections, interpreters.
                if turn >= 0:
                    figures = {"wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "rss_mib": cost.rss_mib}
                    results.add(who, bytes=size, **figures)
    finally:
        [server.stop() for server in servers.values()]
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
