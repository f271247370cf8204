"""Many slow uploads at once: memory of the server over time, and whether anyone is refused.

python many.py [--uploads 200] [--mib 128] [--rate 768]     rate in KiB/s each
"""

import argparse
import asyncio
import os
import pathlib
import shutil
import tempfile
import time

import dewdrop
from measured import RESULTS, Results, cpu, forget_peak, memory

TICK = 0.25


async def upload(sent: dewdrop.Submission, size: int, rate: int, filler: bytes, wait: float) -> str:
    """One PATCH at `rate` bytes a second; the status line of the answer."""
    await asyncio.sleep(wait)
    head = [f"PATCH /api/receipt/files/0 HTTP/1.1", "Host: bench", f"Content-Length: {size}", *sent.headers(0)]
    reader, writer = await asyncio.open_connection("127.0.0.1", sent.server.port)
    writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
    part, first, begun, done = max(1, int(rate * TICK)), dewdrop.header(), time.monotonic(), 0
    while done < size and not reader.at_eof():
        length = min(part, size - done)
        if done == 0:
            writer.write(first + filler[: length - len(first)])
        else:
            writer.write(filler[:length])
        await writer.drain()
        done += length
        await asyncio.sleep(max(0.0, begun + done / rate - time.monotonic()))
    answer = (await reader.readline()).decode().strip()
    writer.close()
    return answer


async def watch(server: dewdrop.Server, samples: list[float]) -> None:
    while True:
        samples.append(memory(server.pid))
        await asyncio.sleep(1)


async def run(server: dewdrop.Server, wish: argparse.Namespace) -> dict:
    size, rate = dewdrop.legal(wish.mib << 20), wish.rate << 10
    # At most four are on their way through one link.
    secrets = [server.link(uses=4) for _ in range((wish.uploads + 3) // 4)]
    sent = [dewdrop.Submission(server, secrets[n // 4], {0: size}) for n in range(wish.uploads)]
    filler, samples = os.urandom(max(1 << 16, int(rate * TICK))), []
    forget_peak(server.pid)
    before, spent, begun = memory(server.pid), cpu(server.pid), time.monotonic()
    watching = asyncio.create_task(watch(server, samples))
    spread = TICK / wish.uploads
    uploads = [upload(one, size, rate, filler, n * spread) for n, one in enumerate(sent)]
    answers = await asyncio.gather(*uploads)
    watching.cancel()
    wall = time.monotonic() - begun
    refused = [answer for answer in answers if " 204 " not in answer + " "]
    for one in sent:
        if not refused:
            one.commit()
    early, late = samples[len(samples) // 5], samples[len(samples) * 9 // 10]
    return {
        "uploads": wish.uploads, "bytes": size * wish.uploads, "rate_kib_s": wish.rate, "wall_s": wall,
        "cpu_s": cpu(server.pid) - spent, "idle_mib": before, "rss_mib": memory(server.pid, "VmHWM"),
        "at_20_mib": early, "at_90_mib": late, "refused": len(refused), "said": sorted(set(refused))[:3],
        "samples_mib": [round(one, 1) for one in samples],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--mib", type=int, default=128)
    parser.add_argument("--rate", type=int, default=768)
    wish = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(dir=RESULTS, prefix="many-"))
    try:
        server = dewdrop.Server(folder / "dewdrop")
        Results("many").add("dewdrop", **asyncio.run(run(server, wish)))
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
