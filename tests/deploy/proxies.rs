//! Debian's Caddy and nginx with the files that are shipped in `docs/proxies/`: only hosts, ports and
//! paths differ from what an operator writes.

use crate::certificates::Pair;
use crate::machine::{Running, Server, dewdrop, free_port};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Caddy,
    Nginx,
}

/// A server with a proxy in front of it.
pub struct Site {
    pub folder: TempDir,
    pub server: Server,
    /// What people type.
    pub origin: String,
    pub port: u16,
    pub pair: Pair,
    proxy: Running,
    inside: u16,
}

impl Site {
    pub fn begin(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let pair = Pair::new(at, "site");
        let [inside, port] = [(); 2].map(|()| free_port());
        let server = Server::begin(&mut serve(at, inside, port));
        let mut command = match kind {
            Kind::Caddy => caddy(at, inside, port, &pair),
            Kind::Nginx => nginx(at, inside, port, &pair),
        };
        let proxy = Running::begin(&mut command);
        crate::world::until("the proxy listens", || std::net::TcpStream::connect(("127.0.0.1", port)).ok());
        Self { folder, server, origin: format!("https://localhost:{port}"), port, pair, proxy, inside }
    }

    /// Where the proxy finds the server.
    pub fn behind(&self) -> String {
        format!("http://127.0.0.1:{}", self.inside)
    }

    /// The disk has filled meanwhile.
    pub fn restarts_on_a_full_disk(self) -> Self {
        let Self { server, folder, inside, port, .. } = self;
        assert!(server.running.stops());
        let mut command = serve(folder.path(), inside, port);
        let server = Server::begin(command.env("DEWDROP_SERVER_LOW_WATER", (i64::MAX / 2).to_string()));
        Self { server, folder, inside, port, ..self }
    }

    /// The server is gone, the proxy is not; what the proxy wrote down in all, once it has `last` in it.
    pub fn log_without_a_server(self, ask: impl FnOnce(), last: &str) -> String {
        assert!(self.server.running.stops());
        ask();
        let file = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        crate::world::until("the last request is written down", || {
            let written = file("access.log") + &file("error.log") + &self.proxy.heard().join("\n");
            written.contains(last).then_some(written)
        })
    }
}

/// As the shipped files say it.
fn serve(folder: &Path, inside: u16, port: u16) -> Command {
    let mut command = dewdrop(folder);
    command.args(["--listen", &format!("127.0.0.1:{inside}"), "--trusted-proxies", "127.0.0.1"]);
    command.args(["--public-url", &format!("https://localhost:{port}")]);
    command
}

/// The shipped file with each of these replaced.
fn shipped(name: &str, folder: &Path, changes: &[(&str, &str)]) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/proxies").join(name);
    let mut text = fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{name} has no {from:?}");
        text = text.replace(from, to);
    }
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

fn caddy(folder: &Path, inside: u16, port: u16, pair: &Pair) -> Command {
    let pair = format!("tls {} {}", pair.certificate.display(), pair.key.display());
    let changes = [
        // No port but its own, and a certificate that is there.
        ("\n{\n\t# Where", "\n{\n\tadmin off\n\tauto_https off\n\t# Where"),
        ("\ndrop.example.org {\n", &format!("\nhttps://localhost:{port} {{\n\t{pair}\n")),
        ("127.0.0.1:8080 {", &format!("127.0.0.1:{inside} {{")),
    ];
    let config = shipped("Caddyfile", folder, &changes);
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(config);
    command.env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder).env("HOME", folder);
    command
}

fn nginx(folder: &Path, inside: u16, port: u16, pair: &Pair) -> Command {
    let (certificate, key) = (pair.certificate.display().to_string(), pair.key.display().to_string());
    let plain = free_port();
    let changes = [
        ("listen 80;", format!("listen 127.0.0.1:{plain};")),
        ("listen [::]:80;", String::new()),
        ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
        ("listen [::]:443 ssl http2;", String::new()),
        ("server_name drop.example.org", "server_name localhost".to_owned()),
        ("/etc/letsencrypt/live/drop.example.org/fullchain.pem", certificate),
        ("/etc/letsencrypt/live/drop.example.org/privkey.pem", key),
        ("http://127.0.0.1:8080;", format!("http://127.0.0.1:{inside};")),
    ];
    let changes: Vec<_> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
    let site = shipped("nginx.conf", folder, &changes);
    // What Debian's nginx.conf has around it.
    let at = folder.display();
    let whole = format!(
        "daemon off;\npid {at}/nginx.pid;\nerror_log {at}/error.log;\nevents {{ worker_connections 768; }}\n\
         http {{\n  default_type application/octet-stream;\n  access_log {at}/access.log;\n  gzip on;\n  \
         client_body_temp_path {at}/bodies;\n  proxy_temp_path {at}/answers;\n  \
         fastcgi_temp_path {at}/f;\n  uwsgi_temp_path {at}/w;\n  scgi_temp_path {at}/s;\n  include {};\n}}\n",
        site.display()
    );
    let config = folder.join("whole.conf");
    fs::write(&config, whole).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-c").arg(config).arg("-e").arg(folder.join("error.log"));
    command
}
