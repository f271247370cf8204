"""Storing one file: our server beside others, one after the other in changing order, on the same disk.

Twice: in memory (/dev/shm), where a server's own work shows, and on the disk that holds target/. There ours
says an offset only after fdatasync, the others answer when the bytes are in the page cache; `durable_s` is the
time until they are on the disk, for the others with an fdatasync of their file after the answer.

python ingest.py [--rounds 5] [--mib 1024] [--only WHO,WHO] [--where memory,disk]
"""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

import dewdrop
from measured import RESULTS, Cost, Results, machine
from peers import CURL, PEERS

PIECE = 8 << 20


def body(folder: pathlib.Path, size: int) -> tuple[pathlib.Path, list[pathlib.Path]]:
    """A file that begins like an age file, whole and in pieces, in memory: reading it costs nobody anything."""
    whole = folder / "whole.bin"
    with whole.open("wb") as file:
        file.write(dewdrop.header())
        while (left := size - file.tell()) > 0:
            file.write(os.urandom(min(left, 1 << 20)))
    pieces = []
    with whole.open("rb") as file:
        while piece := file.read(PIECE):
            pieces.append(folder / f"piece{len(pieces)}")
            pieces[-1].write_bytes(piece)
    return whole, pieces


def curl(arguments: list) -> None:
    subprocess.run([*CURL, *(each() if callable(each) else each for each in arguments)], check=True)


def ours(server: dewdrop.Server, secret: bytes, whole: pathlib.Path, pieces: list[pathlib.Path]) -> Cost:
    """Reserve, manifest, PATCH (one, or one a piece on one connection), commit."""
    with Cost(server.pid) as cost:
        sent = dewdrop.Submission(server, secret, {0: whole.stat().st_size})
        settings, offset = [], 0
        for piece in pieces:
            said = "".join(f'header = "{line}"\n' for line in ["Expect:", *sent.headers(offset)])
            part = f'url = "{sent.url()}"\nrequest = PATCH\nupload-file = "{piece}"\noutput = {os.devnull}\n{said}'
            settings.append(part + 'silent\nshow-error\nfail\nnoproxy = "*"\n')
            offset += piece.stat().st_size
        subprocess.run(["curl", "-K", "-"], input="next\n".join(settings), text=True, check=True)
        sent.commit()
    if server.stored() < offset:
        raise RuntimeError("not all of it is there")
    sent.erased()
    return cost


def theirs(server, whole: pathlib.Path) -> tuple[Cost, float]:
    """The same by another server, and how long an fdatasync takes after it answered."""
    with Cost(server.pid) as cost:
        for call in server.upload(whole):
            curl(call)
    if server.stored().stat().st_size != whole.stat().st_size:
        raise RuntimeError("not all of it is there")
    begun = time.perf_counter()
    with server.stored().open("rb") as file:
        os.fdatasync(file.fileno())
    after = time.perf_counter() - begun
    server.clean()
    return cost, after


def compare(where: str, folder: pathlib.Path, rounds: int, size: int, only: list[str], results: Results) -> None:
    whole, pieces = body(pathlib.Path(tempfile.mkdtemp(dir="/dev/shm", prefix="dewdrop-bench-")), size)
    mine, servers = dewdrop.Server(folder / "dewdrop"), {}
    try:
        secret = mine.link()
        for who in PEERS:
            if not only or who in only:
                servers[who] = PEERS[who](folder / who)
        turns = [who for who in ("dewdrop", "dewdrop (8 MiB pieces)") if not only or who in only] + [*servers]
        for turn in range(-1, rounds):
            random.Random(turn).shuffle(turns)
            for who in turns:
                if where == "disk":
                    os.sync()
                if who.startswith("dewdrop"):
                    cost, after = ours(mine, secret, whole, pieces if "pieces" in who else [whole]), 0.0
                else:
                    cost, after = theirs(servers[who], whole)
                # The first turn warms up: files, connections, interpreters.
                if turn >= 0:
                    figures = {"wall_s": cost.wall_s, "durable_s": cost.wall_s + after}
                    figures |= {"cpu_s": cost.cpu_s, "rss_mib": cost.rss_mib}
                    results.add(who, where=where, bytes=whole.stat().st_size, **figures)
    finally:
        [server.stop() for server in (mine, *servers.values())]
        shutil.rmtree(whole.parent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--where", type=lambda text: text.split(","), default=["memory", "disk"])
    wish = parser.parse_args()
    results = Results("ingest")
    asked = {who: peer for who, peer in PEERS.items() if not wish.only or who in wish.only}
    said = {who: subprocess.run(peer.version, capture_output=True, text=True) for who, peer in asked.items()}
    versions = {who: (done.stdout + done.stderr).strip().splitlines()[0] for who, done in said.items()}
    results.add("machine", machine=machine(), versions=versions, rounds=wish.rounds)
    for where in wish.where:
        RESULTS.mkdir(parents=True, exist_ok=True)
        folder = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm" if where == "memory" else RESULTS, prefix="ingest-"))
        try:
            compare(where, folder, wish.rounds, dewdrop.legal(wish.mib << 20), wish.only, results)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
