//! Where a request may go: the public internet, and what the operator lets through. Judged by
//! address, after the name was resolved, so that a name can not point inside.

use crate::config::Allowed;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether a request to `host` may go to `address`.
#[must_use]
pub fn may(allow: &[Allowed], host: &str, address: IpAddr) -> bool {
    is_public(address) || is_allowed(allow, host, address)
}

/// Whether the operator lets it through by name.
#[must_use]
pub fn is_allowed(allow: &[Allowed], host: &str, address: IpAddr) -> bool {
    allow.iter().any(|entry| entry.lets(host, address))
}

/// Whether an address is on the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => four_is_public(four),
        IpAddr::V6(six) => six_is_public(six),
    }
}

fn four_is_public(four: Ipv4Addr) -> bool {
    let [a, b, c, _] = four.octets();
    let special = match (a, b, c) {
        // This network, private, loopback, link-local (metadata), private, benchmarks.
        (0 | 10 | 127, ..) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) | (198, 18 | 19, _) => true,
        // Shared by providers' customers.
        (100, 64..=127, _) => true,
        // Protocols, documentation, relays.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113) => true,
        // Multicast, reserved, broadcast.
        (224.., ..) => true,
        _ => false,
    };
    // Azure answers metadata here.
    !special && four != Ipv4Addr::new(168, 63, 129, 16)
}

fn six_is_public(six: Ipv6Addr) -> bool {
    let [a, b, ..] = six.segments();
    // Translated by the network: what counts is the address inside.
    if six.to_bits() >> 32 == 0x0064_ff9b_u128 << 64 {
        let low = u32::try_from(six.to_bits() & u128::from(u32::MAX)).unwrap_or(0);
        return four_is_public(Ipv4Addr::from_bits(low));
    }
    let global = (0x2000..=0x3fff).contains(&a);
    // Protocols and tunnels, documentation.
    let special = matches!((a, b), (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) | (0x3fff, 0..=0xfff));
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_reached_unless_allowed() {
        let public = ["9.9.9.9", "100.63.0.1", "172.32.0.1", "2620:fe::fe", "64:ff9b::9.9.9.9", "223.1.1.1"];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        let inside = [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.1.2.3",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "::127.0.0.1",
            "5f00::1",
        ];
        for address in inside {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let allow = ["10.0.0.0/8".parse().unwrap()];
        assert!(may(&allow, "x", "10.9.9.9".parse().unwrap()));
        assert!(!may(&allow, "x", "192.168.0.1".parse().unwrap()));
    }
}
