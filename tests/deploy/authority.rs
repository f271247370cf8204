//! A certificate authority on this machine: Debian's pebble, with a name server that sends every host
//! to this machine.

use crate::certificates::Pair;
use crate::machine::{Running, free_port, output};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Authority {
    pub directory: String,
    /// What signs the directory's own certificate.
    pub trusted_by: PathBuf,
    /// It makes another root at every start.
    manages: u16,
    running: Option<Running>,
    names_at: String,
    _names: Running,
    config: PathBuf,
}

impl Authority {
    /// Proves hosts on this port; its certificates are valid for so many seconds.
    pub fn begin(folder: &Path, tls_port: u16, seconds: u64) -> Self {
        let folder = folder.join("authority");
        std::fs::create_dir(&folder).unwrap();
        let own = Pair::new(&folder, "directory");
        let [listens, manages, names_port] = [(); 3].map(|()| free_port());
        let config = folder.join("pebble.json");
        let settings = json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{listens}"),
            "managementListenAddress": format!("127.0.0.1:{manages}"),
            "certificate": own.certificate,
            "privateKey": own.key,
            // Nobody listens there: proofs need no port 80.
            "httpPort": free_port(),
            "tlsPort": tls_port,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
            "certificateValidityPeriod": seconds,
        }});
        std::fs::write(&config, settings.to_string()).unwrap();
        let names_at = format!("127.0.0.1:{names_port}");
        let mut command = Command::new("pebble-challtestsrv");
        command.args(["-dns01", &names_at, "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""]);
        command.args(["-http01", "", "-https01", "", "-tlsalpn01", ""]);
        let names = Running::begin(command.args(["-management", &format!("127.0.0.1:{}", free_port())]));
        let directory = format!("https://localhost:{listens}/dir");
        let trusted_by = own.certificate;
        let mut authority =
            Self { directory, trusted_by, manages, running: None, names_at, _names: names, config };
        authority.opens();
        authority
    }

    /// Begins to serve, with a new root and without memory of anyone.
    pub fn opens(&mut self) {
        let mut command = Command::new("pebble");
        command.arg("-config").arg(&self.config).args(["-dnsserver", &self.names_at]);
        // As fast and as even as it can be.
        command
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_WFE_NONCEREJECT", "0")
            .env("PEBBLE_AUTHZREUSE", "0");
        let running = Running::begin(&mut command);
        running.says("ACME directory available");
        self.running = Some(running);
    }

    pub fn closes(&mut self) {
        self.running = None;
    }

    /// What signs the certificates that it gives.
    pub fn root(&self) -> CertificateDer<'static> {
        let mut command = Command::new("curl");
        command.args(["-sSf", "--noproxy", "*", "--cacert"]).arg(&self.trusted_by);
        let pem = output(command.arg(format!("https://localhost:{}/roots/0", self.manages)));
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
    }
}
