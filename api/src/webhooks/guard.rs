//! Where a webhook must not go: addresses that only we can reach.
//!
//! A merchant chooses the URL, and the request comes from inside our network. So names are resolved
//! by ourselves at the moment of the connection, and the addresses that come out are the ones that
//! are connected to: a name that changes its mind between check and use gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether private addresses and plain `http` are allowed, which is for development alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    pub allow_private: bool,
}

impl Guard {
    /// Checks what can be told from the URL alone; the resolver checks the rest.
    pub fn check_url(self, url: &str) -> Result<Url, String> {
        let url = Url::parse(url).map_err(|error| format!("it is not a URL: {error}"))?;
        let is_allowed = match url.scheme() {
            "https" => true,
            "http" => self.allow_private,
            _ => false,
        };
        if !is_allowed {
            return Err("it must begin with https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not carry a user name or password".to_owned());
        }
        let host = url.host_str().ok_or("it names no host")?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal {
            Ok(address) if !self.allows(address) => Err("its address is not a public one".to_owned()),
            _ => Ok(url),
        }
    }

    fn allows(self, address: IpAddr) -> bool {
        self.allow_private || is_public(address)
    }
}

/// Resolves names and keeps the addresses that the guard allows.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| guard.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol_assignments = a == 192 && b == 0 && c == 0;
    let relay_6to4 = a == 192 && b == 88 && c == 99;
    let benchmarking = a == 198 && (b == 18 || b == 19);
    let reserved = a == 0 || a >= 240;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || shared
        || protocol_assignments
        || relay_6to4
        || benchmarking
        || reserved)
}

/// Only global unicast, less the blocks of it that wrap or stand for other addresses.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    if [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [[g0, g1], [h0, h1]] = [g.to_be_bytes(), h.to_be_bytes()];
        return is_public_v4(Ipv4Addr::new(g0, g1, h0, h1));
    }
    let global_unicast = a & 0xe000 == 0x2000;
    let teredo_and_assignments = a == 0x2001 && b < 0x0200;
    let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    let wraps_v4_6to4 = a == 0x2002;
    global_unicast && !teredo_and_assignments && !documentation && !wraps_v4_6to4
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Guard = Guard { allow_private: false };

    /// First and last address of every range that is not public, of RFC 6890 and its registries.
    #[test]
    fn no_address_of_a_special_range_is_allowed() {
        let ranges = [
            ("this network", "0.0.0.0", "0.255.255.255"),
            ("private", "10.0.0.0", "10.255.255.255"),
            ("shared, of carriers", "100.64.0.0", "100.127.255.255"),
            ("loopback", "127.0.0.0", "127.255.255.255"),
            ("link-local, and metadata in it", "169.254.0.0", "169.254.255.255"),
            ("private", "172.16.0.0", "172.31.255.255"),
            ("protocol assignments", "192.0.0.0", "192.0.0.255"),
            ("documentation", "192.0.2.0", "192.0.2.255"),
            ("relay of 6to4", "192.88.99.0", "192.88.99.255"),
            ("private", "192.168.0.0", "192.168.255.255"),
            ("benchmarking", "198.18.0.0", "198.19.255.255"),
            ("documentation", "198.51.100.0", "198.51.100.255"),
            ("documentation", "203.0.113.0", "203.0.113.255"),
            ("multicast", "224.0.0.0", "239.255.255.255"),
            ("reserved, and broadcast", "240.0.0.0", "255.255.255.255"),
            ("unspecified and loopback", "::", "::1"),
            ("compatible with IPv4", "::8.8.8.8", "::255.255.255.255"),
            ("mapped private", "::ffff:10.0.0.0", "::ffff:10.255.255.255"),
            ("mapped metadata", "::ffff:169.254.169.254", "::ffff:169.254.169.254"),
            ("NAT64 of private", "64:ff9b::10.0.0.0", "64:ff9b::10.255.255.255"),
            ("NAT64 of loopback", "64:ff9b::127.0.0.1", "64:ff9b::127.0.0.1"),
            ("NAT64 of local use", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
            ("discard", "100::", "100::ffff:ffff:ffff:ffff"),
            ("Teredo", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("protocol assignments", "2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("documentation", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("6to4", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("documentation", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("segment routing", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("unique local", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("link-local", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("site-local", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("multicast", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ];
        for (range, first, last) in ranges {
            for address in [first, last] {
                assert!(!STRICT.allows(address.parse().unwrap()), "{range}: {address}");
            }
        }
    }

    /// The neighbours of those ranges among them.
    #[test]
    fn public_addresses_are_allowed() {
        let public = [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::",
            "2606:4700::1111",
            "64:ff9b::8.8.8.8",
            "::ffff:8.8.8.8",
        ];
        for address in public {
            assert!(STRICT.allows(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn urls_are_checked_before_they_are_stored() {
        let refused = [
            "http://example.com/hook",
            "ftp://example.com",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://127.0.0.1./",
            "https://①②⑦.⓪.⓪.①/",
            "https://[::ffff:169.254.169.254]/latest/meta-data",
            "https://user@example.com/",
            "https://user:pass@example.com/",
            "example.com",
            "",
        ];
        for url in refused {
            assert!(STRICT.check_url(url).is_err(), "{url}");
        }
        for url in ["https://example.com/hook?shop=1", "https://example.com:8443/", "https://bücher.example/"]
        {
            assert!(STRICT.check_url(url).is_ok(), "{url}");
        }
        assert!(Guard { allow_private: true }.check_url("http://127.0.0.1:9/hook").is_ok());
    }

    #[tokio::test]
    async fn a_name_of_a_private_address_is_refused() {
        let name = || -> Name { "localhost".parse().unwrap() };
        assert!(STRICT.resolve(name()).await.is_err());
        assert!(Guard { allow_private: true }.resolve(name()).await.is_ok());
    }
}
