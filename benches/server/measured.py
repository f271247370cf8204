"""What a server costs: wall time, CPU time and peak memory of a process and all below it, from /proc."""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RESULTS = TARGET / "bench"


def stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from `state` on, which is number 3 in proc(5)."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(pid: int) -> list[int]:
    """The process and all that descend from it and still run."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                children.setdefault(int(stat(int(name))[1]), []).append(int(name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, ahead = [], [pid]
    while ahead:
        found.append(ahead.pop())
        ahead += children.get(found[-1], [])
    return found


def cpu(pid: int) -> float:
    """Seconds of user and system time, ended children included."""
    return sum(sum(map(int, stat(one)[11:15])) for one in tree(pid)) / TICKS


def memory(pid: int, line: str = "VmRSS") -> float:
    """MiB in memory now, or at most (`VmHWM`) since `forget_peak`."""
    kib = 0
    for one in tree(pid):
        status = pathlib.Path(f"/proc/{one}/status").read_text()
        kib += sum(int(row.split()[1]) for row in status.splitlines() if row.startswith(line + ":"))
    return kib / 1024


def forget_peak(pid: int) -> None:
    for one in tree(pid):
        pathlib.Path(f"/proc/{one}/clear_refs").write_text("5")


class Cost:
    """`with Cost(pid) as cost:` measures what happens inside."""

    def __init__(self, pid: int):
        self.pid = pid

    def __enter__(self) -> "Cost":
        forget_peak(self.pid)
        self.cpu_s, self.wall_s = -cpu(self.pid), -time.perf_counter()
        return self

    def __exit__(self, *_):
        self.wall_s += time.perf_counter()
        self.cpu_s += cpu(self.pid)
        self.rss_mib = memory(self.pid, "VmHWM")


class Results:
    """One JSON line a run in target/bench/NAME.json; what was there before is renewed."""

    def __init__(self, name: str):
        RESULTS.mkdir(parents=True, exist_ok=True)
        self.bench, self.path = name, RESULTS / f"{name}.json"
        self.path.write_text("")

    def add(self, who: str, **figures) -> None:
        row = {"bench": self.bench, "who": who}
        row |= {key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)


def rows(name: str) -> list[dict]:
    path = RESULTS / f"{name}.json"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def median(values) -> float:
    return statistics.median(values)


def machine() -> str:
    """The machine in one line."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = subprocess.run(["sh", "-c", '. /etc/os-release; echo "$PRETTY_NAME"'], capture_output=True, text=True)
    return (
        f"{os.cpu_count()} cores ({model}), {memory_gib:.0f} GiB, "
        f"{system.stdout.strip()}, Linux {platform.release()}"
    )
