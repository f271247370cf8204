"""Renews the tables of docs/benchmarks.md and docs/pictures/benchmarks.svg from target/bench/*.json.

Each table stands between `<!-- NAME -->` and `<!-- end -->`; one whose figures were not measured stays as it is.
"""

import pathlib
import re
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

sys.path.insert(0, str(pathlib.Path(__file__).parent / "server"))
from measured import ROOT, median, rows

PAGE = ROOT / "docs/benchmarks.md"
PICTURE = ROOT / "docs/pictures/benchmarks.svg"
FIGURES = ["wall_s", "durable_s", "cpu_s", "rss_mib"]


def table(head: list[str], lines: list[list]) -> str:
    text = lambda cells: "| " + " | ".join(str(cell) for cell in cells) + " |"
    return "\n".join([text(head), text(["---"] * len(head)), *map(text, lines)])


def ingest() -> dict[str, dict[str, dict[str, float]]]:
    """Medians by place, server and figure."""
    runs = [row for row in rows("ingest") if "wall_s" in row]
    places: dict = {}
    for where, who in sorted({(run["where"], run["who"]) for run in runs}):
        mine = [run for run in runs if (run["where"], run["who"]) == (where, who)]
        places.setdefault(where, {})[who] = {key: median(run[key] for run in mine) for key in FIGURES}
    return places


def by_time(servers: dict) -> list[tuple[str, dict]]:
    return sorted(servers.items(), key=lambda pair: pair[1]["wall_s"])


def download() -> str:
    """Handing out, the fastest first."""
    runs = [row for row in rows("download") if "wall_s" in row]
    figures = ["wall_s", "cpu_s", "rss_mib"]
    found = {who: {key: median(run[key] for run in runs if run["who"] == who) for key in figures}
             for who in {run["who"] for run in runs}}
    nginx = found.get("nginx", {}).get("wall_s")
    lines = []
    for who, row in by_time(found):
        times = f"{row['wall_s'] / nginx:.2f}x" if nginx else ""
        lines.append([who, f"{row['wall_s']:.2f}", times, f"{row['cpu_s']:.2f}", f"{row['rss_mib']:.0f}"])
    return table(["server", "wall, s", "of nginx", "server's CPU, s", "peak memory, MiB"], lines)


def tables() -> dict[str, str]:
    made = {"download": download()} if rows("download") else {}
    places = ingest()
    for where, servers in places.items():
        nginx = servers.get("nginx", {}).get("wall_s")
        lines = []
        for who, figures in by_time(servers):
            times = f"{figures['wall_s'] / nginx:.2f}x" if nginx else ""
            line = [who, f"{figures['wall_s']:.2f}", times]
            line += [f"{figures['durable_s']:.2f}"] if where == "disk" else []
            lines.append([*line, f"{figures['cpu_s']:.2f}", f"{figures['rss_mib']:.0f}"])
        head = ["server", "wall, s", "of nginx"] + (["until on disk, s"] if where == "disk" else [])
        made[f"ingest, {where}"] = table([*head, "server's CPU, s", "peak memory, MiB"], lines)
    for row in rows("ingest"):
        if row["who"] == "machine":
            versions = "; ".join(said if who in said else f"{who} {said}" for who, said in row["versions"].items())
            made["machine"] = f"{row['machine']}. {versions}. Medians of {row['rounds']}."
    for row in rows("many"):
        lines = [
            ["uploads at once", row["uploads"]],
            ["of", f"{row['bytes'] / row['uploads'] / 2**20:.0f} MiB, each at {row['rate_kib_s']} KiB/s"],
            ["time", f"{row['wall_s']:.0f} s"],
            ["refused", row["refused"]],
            ["memory before", f"{row['idle_mib']:.0f} MiB"],
            ["memory at 20 % and at 90 %", f"{row['at_20_mib']:.0f} and {row['at_90_mib']:.0f} MiB"],
            ["peak memory", f"{row['rss_mib']:.0f} MiB"],
            ["server's CPU", f"{row['cpu_s']:.1f} s"],
        ]
        made["many"] = table(["what", "figure"], lines)
    made |= slow({row["who"]: row for row in rows("slow")})
    made |= browser([row for row in rows("browser") if "what" in row])
    return made


def slow(found: dict[str, dict]) -> dict[str, str]:
    if not found:
        return {}
    sockets, honest = [], []
    for who, row in found.items():
        if "most_s" in row:
            most = "-" if row["most_s"] is None else f"{row['most_s']:.0f} s"
            sockets.append([who, row["sockets"], most, row["left"]])
        if "last_s" in row:
            sockets.append([who, row["connected"], f"{row['last_s']} s", row["left"]])
        if "p99_ms" in row:
            honest.append([who, row["requests"], row["failed"], f"{row['p50_ms']:.1f}", f"{row['p99_ms']:.1f}"])
    return {
        "slow": table(["what", "sockets", "the last was closed after", "never closed"], sockets),
        "honest": table(["honest requests", "answered", "failed", "median, ms", "p99, ms"], honest),
    }


def browser(found: list[dict]) -> dict[str, str]:
    lines = []
    for what, name in (("loopback", "1 GiB on loopback"), ("link", "through a 50 Mbit/s link")):
        ratios = [row for row in found if row["what"] == f"{what} ratio"]
        if ratios:
            last = ratios[-1]
            rate = lambda ms: f"{last['bytes'] / 1e3 / ms:.1f} MB/s"
            cells = [rate(last["sealed_ms"]), rate(last["bare_ms"]), f"{last['ratio']:.3f}x", f"{last['reach']}x"]
            lines.append([name, *cells])
    made = {"browser": table(["Chromium", "sealed", "bare file", "ratio", "reach"], lines)} if lines else {}
    watched = {row["where"]: row for row in found if row["what"] == "watch"}
    if watched:
        at = lambda row, of: f"{row[f'{of}_ms']:.0f} ms, {row[f'{of}_mib']:.1f} MiB"
        lines = [[where, at(row, "first"), at(row, "jump"), row["jumps"]] for where, row in watched.items()]
        made["watch"] = table(["Chromium", "first picture", "a jump, median", "jumps"], lines)
    for row in found:
        if row["what"] == "memory":
            over = (row["most"]["renderer"] - row["idle"]["renderer"])
            made["memory"] = f"{row['bytes'] / 2**30:.2f} GiB sent: the page took at most {over:.1f} MiB more than idle."
    saved = {row["engine"]: row for row in found if row["what"] == "saving"}
    if saved:
        made["saving"] = table(
            ["engine", "way", "page over idle, MiB", "other pages' processes", "network's", "browser's own", "GiB", "s"],
            [saving(engine, row) for engine, row in saved.items()],
        )
    return made


def saving(engine: str, row: dict) -> list:
    over = lambda of: f"{row['most'][of] - row['idle'][of]:.1f}"
    way = {"copy": "a copy, then downloaded", "stream": "service worker"}[row["way"]]
    grown = [over(of) for of in ("renderer", "others", "network", "browser")]
    return [engine, way, *grown, f"{row['bytes'] / 2**30:.2f}", f"{row['ms'] / 1000:.0f}"]


def picture(places: dict) -> None:
    """Wall and CPU of each server, in colours that stand on white and on black."""
    if not places:
        return
    plt.rcParams |= {"svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10, "svg.hashsalt": "dewdrop"}
    plain = "#7f8790"
    figure, axes = plt.subplots(1, len(places), figsize=(4.6 * len(places), 3.2), squeeze=False)
    for axis, (where, servers) in zip(axes[0], sorted(places.items(), reverse=True)):
        order = by_time(servers)[::-1]
        key = "durable_s" if where == "disk" else "wall_s"
        for at, (who, figures) in enumerate(order):
            ours = who.startswith("dewdrop")
            axis.barh(at + 0.19, figures[key], 0.36, color="#1f9e89" if ours else "#8f9aa6")
            axis.barh(at - 0.19, figures["cpu_s"], 0.36, color="#e08e45" if ours else "#c9b8a8")
            axis.text(figures[key], at + 0.19, f" {figures[key]:.2f}", va="center", color=plain, fontsize=8)
            axis.text(figures["cpu_s"], at - 0.19, f" {figures['cpu_s']:.2f}", va="center", color=plain, fontsize=8)
        axis.set_yticks(range(len(order)), [who for who, _ in order])
        axis.set_title({"memory": "1 GiB into memory", "disk": "1 GiB until it is on the disk"}[where], color=plain)
        axis.set_xlabel("seconds: wall (above), server's CPU (below)", color=plain, fontsize=8)
        axis.tick_params(colors=plain)
        axis.margins(x=0.15)
        for name, spine in axis.spines.items():
            spine.set_visible(name in ("left", "bottom"))
            spine.set_color(plain)
    figure.tight_layout()
    figure.savefig(PICTURE, transparent=True, metadata={"Date": None, "Creator": None})


def main() -> None:
    text = PAGE.read_text()
    for name, made in tables().items():
        place = re.compile(rf"(<!-- {re.escape(name)} -->\n)(?:.*?\n)??(<!-- end -->)", re.DOTALL)
        if not place.search(text):
            raise SystemExit(f"{PAGE}: there is no place for {name!r}")
        text = place.sub(lambda found: f"{found[1]}{made}\n{found[2]}", text)
    PAGE.write_text(text)
    picture(ingest())


if __name__ == "__main__":
    main()
