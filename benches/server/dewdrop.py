"""Our server and what a sender does with it, in plain HTTP: docs/format.md, sections 2, 4, 6 and 7."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import subprocess
import time
from dataclasses import dataclass, field

from measured import TARGET

BINARY = pathlib.Path(os.environ.get("DEWDROP_BENCH_BINARY", TARGET / "release/dewdrop"))
CHUNK = 65536 + 16


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def derive(secret: bytes, info: str) -> bytes:
    """HKDF-SHA256 with an empty salt, 32 bytes."""
    middle = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(middle, info.encode() + b"\x01", "sha256")


def header() -> bytes:
    """A header of age v1 that the server takes; nobody will ever open what follows it."""
    word = [base64.b64encode(os.urandom(32)).decode().rstrip("=") for _ in range(3)]
    return f"age-encryption.org/v1\n-> X25519 {word[0]}\n{word[1]}\n--- {word[2]}\n".encode()


def legal(size: int) -> int:
    """The largest legal length of an age file with our header that is not above `size`."""
    payload = size - len(header()) - 16
    return size - (17 - 1 if 0 < payload % CHUNK <= 16 else 0)


@dataclass
class Server:
    """`dewdrop serve` over a new folder, with an account of its own."""

    folder: pathlib.Path
    options: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.folder.mkdir(parents=True)
        words = self.folder / "passphrase"
        words.write_text("correct horse battery staple under the bench\n")
        serve = [BINARY, "serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0", *self.options]
        self.log = (self.folder / "log").open("w")
        self.process = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.pid = self.process.pid
        said = [self.process.stdout.readline() for _ in range(2)]
        self.origin = said[0].split("dewdrop: ")[1].strip()
        self.port = int(self.origin.rsplit(":", 1)[1])
        (self.folder / "address").write_text(said[1].split("set up: ")[1])
        self.says(
            "setup", f"@{self.folder / 'address'}", "--name", "bench", "--display", "Bench",
            "--recovery-out", self.folder / "sheet",
        )

    def says(self, command: str, *rest) -> dict:
        line = [BINARY, command, *rest, "--json", "--passphrase-file", self.folder / "passphrase"]
        line += ["--profile", self.folder / "profile"]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)

    def link(self, uses: int = 100) -> bytes:
        """A new link's secret."""
        url = self.says("link", "--uses", str(uses))["url"]
        return base64.urlsafe_b64decode(url.split("#")[1].split(".")[0] + "==")

    def token(self) -> str:
        """The bearer of the account's session."""
        return json.loads((self.folder / "profile/session.json").read_text())["token"]

    def stored(self) -> int:
        """Bytes in blobs."""
        return sum(file.stat().st_size for file in (self.folder / "data/blobs").rglob("*") if file.is_file())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Submission:
    """One delivery through a link: reserve, manifest, PATCH by others, commit, erase."""

    def __init__(self, server: Server, secret: bytes, sizes: dict[int, int]):
        self.server, self.secret, self.id = server, secret, os.urandom(16)
        self.receipt = derive(os.urandom(16), "dewdrop/v1/receipt-auth")
        self.manifest = header() + os.urandom(16 + 4096 + 16)
        body = {"receipt_hash": text(hashlib.sha256(self.receipt).digest())}
        body["files"] = {str(n): size for n, size in sizes.items()}
        auth = derive(secret, "dewdrop/v1/link-auth")
        self.asks("PUT", f"/api/submissions/{text(self.id)}", json.dumps(body), auth)
        self.asks("PUT", "/api/receipt/manifest", self.manifest)

    def asks(self, method: str, path: str, body: str | bytes | None = None, auth: bytes | None = None) -> bytes:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        kind = "application/json" if isinstance(body, str) else "application/octet-stream"
        headers = {"Authorization": f"Bearer {text(auth or self.receipt)}", "Content-Type": kind}
        line.request(method, path, body, headers)
        answer = line.getresponse()
        said = answer.read()
        line.close()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {said.decode(errors='replace')}")
        return said

    def headers(self, offset: int) -> list[str]:
        """Headers of a PATCH."""
        return [
            f"Authorization: Bearer {text(self.receipt)}",
            "Content-Type: application/offset+octet-stream",
            "Tus-Resumable: 1.0.0",
            f"Upload-Offset: {offset}",
        ]

    def url(self, n: int = 0) -> str:
        return f"{self.server.origin}/api/receipt/files/{n}"

    def commit(self) -> None:
        seen = hashlib.sha256(self.manifest).digest()
        key = derive(self.secret, "dewdrop/v1/link-sender")
        proof = hmac.digest(key, b"dewdrop/v1/commit" + self.id + seen, "sha256")
        self.asks("POST", "/api/receipt/commit", json.dumps({"manifest": text(seen), "proof": text(proof)}))

    def erase(self) -> None:
        self.asks("DELETE", "/api/receipt")

    def erased(self) -> None:
        """Erases, and waits until nothing of it is left on the disk."""
        self.erase()
        begun = time.monotonic()
        while b'"erased"' not in self.asks("GET", "/api/receipt"):
            if time.monotonic() - begun > 60:
                raise RuntimeError("the bytes are still there")
            time.sleep(0.02)
