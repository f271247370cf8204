"""The other servers: how each is started over a folder, and what curl says to it to store one file."""

import os
import pathlib
import socket
import subprocess
import time

from measured import RESULTS, TARGET

HERE = pathlib.Path(__file__).parent
TOOLS = TARGET / "tools/bin"
CURL = ["curl", "-sS", "--fail", "--noproxy", "*", "-o", os.devnull, "-H", "Expect:"]

NGINX = """
daemon off; user root; pid {folder}/nginx.pid; error_log {folder}/error.log;
worker_processes auto;
events {{ }}
http {{
    access_log off; sendfile on; keepalive_timeout 65;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port}; root {folder}/files; client_max_body_size 0;
        location / {{ dav_methods PUT DELETE; }}
    }}
}}
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Peer:
    """A server in a process of its own, over `folder`/files."""

    version = ("?",)

    def __init__(self, folder: pathlib.Path):
        self.folder, self.port = folder, free_port()
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            self.command(), stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, cwd=folder,
            env=os.environ | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
        )
        self.pid = self.process.pid
        begun = time.monotonic()
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                if time.monotonic() - begun > 30 or self.process.poll() is not None:
                    raise RuntimeError(f"{self.command()[0]} does not listen: {(folder / 'log').read_text()}")
                time.sleep(0.05)

    def command(self) -> list:
        raise NotImplementedError

    def upload(self, file: pathlib.Path) -> list[list]:
        """The curl calls that store `file`, without `curl` itself."""
        return [["-T", file, f"{self.url}/{file.name}"]]

    def clean(self) -> list[pathlib.Path]:
        """Removes what was stored; the files that were there."""
        stored = [file for file in self.files.rglob("*") if file.is_file() and ".hist" not in file.parts]
        [file.unlink() for file in stored]
        return stored

    def stored(self) -> pathlib.Path:
        """The largest file."""
        return max((file for file in self.files.rglob("*") if file.is_file()), key=lambda file: file.stat().st_size)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nginx(Peer):
    version = ("nginx", "-v")

    def command(self) -> list:
        settings = self.folder / "nginx.conf"
        settings.write_text(NGINX.format(folder=self.folder, port=self.port))
        return ["nginx", "-p", self.folder, "-c", settings]


class Miniserve(Peer):
    version = (str(TOOLS / "miniserve"), "--version")

    def command(self) -> list:
        return [TOOLS / "miniserve", "-i", "127.0.0.1", "-p", str(self.port), "--upload-files", "--", self.files]

    def upload(self, file: pathlib.Path) -> list[list]:
        return [["-F", f"path=@{file}", f"{self.url}/upload?path=/"]]


class Dufs(Peer):
    version = (str(TOOLS / "dufs"), "--version")

    def command(self) -> list:
        return [TOOLS / "dufs", "--bind", "127.0.0.1", "--port", str(self.port), "--allow-upload", self.files]


class Tus(Peer):
    version = ("node", "-p", f"'@tus/server '+require('{HERE}/node_modules/@tus/server/package.json').version")

    def command(self) -> list:
        return ["node", HERE / "tus.mjs", str(self.port), self.files]

    def upload(self, file: pathlib.Path) -> list[list]:
        size, said = file.stat().st_size, self.folder / "said"
        resumable = ["-H", "Tus-Resumable: 1.0.0"]
        begin = ["-X", "POST", *resumable, "-H", f"Upload-Length: {size}", "-D", said, f"{self.url}/files"]
        piece = ["-X", "PATCH", *resumable, "-H", "Upload-Offset: 0"]
        piece += ["-H", "Content-Type: application/offset+octet-stream", "-T", file]
        return [begin, [*piece, lambda: location(said)]]


class Copyparty(Peer):
    version = (str(RESULTS / "venv/bin/python"), "-m", "copyparty", "--version")

    def command(self) -> list:
        python = RESULTS / "venv/bin/python"
        quiet = ["-q", "--no-thumb", "--no-crt", "--wram", "-i", "127.0.0.1", "-p", str(self.port)]
        return [python, "-m", "copyparty", *quiet, "-v", f"{self.files}::rwd"]


def location(said: pathlib.Path) -> str:
    lines = said.read_text().splitlines()
    return next(line.split(": ")[1] for line in lines if line.lower().startswith("location:"))


PEERS = {"nginx": Nginx, "miniserve": Miniserve, "dufs": Dufs, "tus-node-server": Tus, "copyparty": Copyparty}
