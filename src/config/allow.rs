//! What the operator lets alerts reach inside the own network: names, addresses, ranges.

use super::ConfigError;
use std::net::IpAddr;
use std::str::FromStr;

/// One entry of the allow-list: `ntfy.lan`, `10.0.0.7`, `192.168.1.0/24`, `fd00::/8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// This name, wherever it points.
    Host(String),
    /// Addresses whose first so many bits are these.
    Range(IpAddr, u8),
}

impl FromStr for Allowed {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::Allow(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        if let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() {
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.unwrap_or(most);
            return if bits <= most { Ok(Self::Range(address, bits)) } else { Err(wrong()) };
        }
        let name = text.to_ascii_lowercase();
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        let is_name = bits.is_none() && !name.is_empty() && name.chars().all(plain);
        // All digits and dots is a mistyped address.
        if is_name && name.chars().any(|c| c.is_ascii_alphabetic()) {
            Ok(Self::Host(name))
        } else {
            Err(wrong())
        }
    }
}

impl Allowed {
    /// Whether it lets `address` through, found under the lower-case name `host`.
    #[must_use]
    pub fn lets(&self, host: &str, address: IpAddr) -> bool {
        match self {
            Self::Host(name) => name == host,
            Self::Range(IpAddr::V4(range), bits) => match address.to_canonical() {
                IpAddr::V4(four) => shares(range.to_bits().into(), four.to_bits().into(), 32 - bits.min(&32)),
                IpAddr::V6(_) => false,
            },
            Self::Range(IpAddr::V6(range), bits) => match address {
                IpAddr::V6(six) => shares(range.to_bits(), six.to_bits(), 128 - bits.min(&128)),
                IpAddr::V4(_) => false,
            },
        }
    }
}

/// Equal but for the last `free` bits.
fn shares(a: u128, b: u128, free: u8) -> bool {
    (a ^ b).checked_shr(free.into()).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_name_an_address_or_a_range() {
        let lets = |entry: &str, host: &str, address: &str| {
            entry.parse::<Allowed>().unwrap().lets(host, address.parse().unwrap())
        };
        assert!(lets("ntfy.LAN", "ntfy.lan", "10.1.2.3"));
        assert!(!lets("ntfy.lan", "x.ntfy.lan", "10.1.2.3"));
        assert!(lets("10.0.0.0/8", "x", "10.255.0.1") && !lets("10.0.0.0/8", "x", "11.0.0.1"));
        assert!(lets("10.0.0.7", "x", "::ffff:10.0.0.7") && !lets("10.0.0.7", "x", "10.0.0.6"));
        assert!(lets("fd00::/8", "x", "fd12::1") && !lets("fd00::/8", "x", "fe80::1"));
        assert!(lets("0.0.0.0/0", "x", "9.9.9.9") && lets("::/0", "x", "::1"));
        for wrong in ["", "10.0.0.0/33", "10.0.0", "a/8", "http://x", "::/129", "1.2.3.4.5"] {
            assert!(wrong.parse::<Allowed>().is_err(), "{wrong}");
        }
    }
}
