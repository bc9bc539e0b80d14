//! Whether everything can listen, asked before anything starts.

use std::{
    array, fs, io,
    net::{Ipv4Addr, TcpListener},
    ops::Range,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Ports that are told to somebody who listens on them later, or again after a pause.
static TOLD: Supply = Supply::of(10_000..22_000);
/// Ports that are listened on at once. Apart from the others: one that was told is free as long as nobody listens on it.
static AT_ONCE: Supply = Supply::of(22_000..30_000);

/// Ports below those that a kernel gives to outgoing connections, so that none of ours is taken before it is used, or
/// while what listened on it is started anew.
struct Supply {
    range: Range<u16>,
    /// How many this process has looked at.
    drawn: AtomicU32,
}

impl Supply {
    /// Where a process begins follows from its id. Those that start one after the other have so many ports each before
    /// they come to their neighbour's.
    const EACH: u32 = 16;

    const fn of(range: Range<u16>) -> Self {
        Self { range, drawn: AtomicU32::new(0) }
    }

    /// The next port that nobody listens on. This process gets none twice before it has had all.
    fn draw(&self) -> io::Result<u16> {
        let first = process::id().wrapping_mul(Self::EACH);
        let mut why = io::ErrorKind::AddrInUse.into();
        for _ in self.range.clone() {
            let place = first.wrapping_add(self.drawn.fetch_add(1, Ordering::Relaxed));
            let port = self.range.start + (place % self.range.len() as u32) as u16;
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(_) => return Ok(port),
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}

/// A port that something of ours will listen on, on 127.0.0.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    pub number: u16,
    /// Whose port it is, as a person would call it: `JSON-RPC`.
    pub service: &'static str,
    /// How to choose another one: `--rpc-port or TILL_RPC_PORT`.
    pub change_with: &'static str,
}

/// All ports that cannot be had, in one error: nobody wants to learn of them one start at a time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct PortsTaken(pub Vec<String>);

/// Checks that every port is free and that no two of ours are the same.
pub fn check(ports: &[Port]) -> Result<(), PortsTaken> {
    let mut problems = Vec::new();
    for (index, port) in ports.iter().enumerate() {
        let Port { number, service, change_with } = port;
        if let Some(twin) = ports[..index].iter().find(|other| other.number == *number) {
            problems.push(format!(
                "port {number} is wanted by {service} and by {}: choose another with {change_with}",
                twin.service
            ));
            continue;
        }
        if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, *number)) {
            let why = match error.kind() {
                io::ErrorKind::AddrInUse => match holder(*number) {
                    Some(holder) => format!("is in use by {holder}"),
                    None => "is in use".into(),
                },
                _ => format!("cannot be used ({error})"),
            };
            problems.push(format!(
                "port {number} for {service} {why}: free it, or choose another with {change_with}"
            ));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(PortsTaken(problems)) }
}

/// So many ports that nobody listens on now, and that this process was not told before.
pub fn free<const N: usize>() -> [u16; N] {
    array::from_fn(|_| TOLD.draw().expect("a port that is free"))
}

/// A port to listen on at once: none that [`free`] tells.
pub fn at_once() -> io::Result<u16> {
    AT_ONCE.draw()
}

/// The process that listens on `port`, as far as Linux tells us: `node (process 4711)`. Processes of other users
/// show only to root.
fn holder(port: u16) -> Option<String> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .find_map(|table| listening_inode(&table, port).map(str::to_owned))?;
    let socket = format!("socket:[{inode}]");
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let holds = fs::read_dir(process.path().join("fd"))
            .ok()?
            .flatten()
            .any(|fd| fs::read_link(fd.path()).is_ok_and(|target| target.as_os_str() == socket.as_str()));
        let name = fs::read_to_string(process.path().join("comm")).ok()?;
        holds.then(|| format!("{} (process {pid})", name.trim()))
    })
}

/// Finds the inode of the socket that listens on `port` in a table of the form of `/proc/net/tcp`.
fn listening_inode(table: &str, port: u16) -> Option<&str> {
    const LISTEN: &str = "0A";
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (_, local_port) = fields.get(1)?.rsplit_once(':')?;
        (u16::from_str_radix(local_port, 16).ok()? == port && *fields.get(3)? == LISTEN)
            .then(|| fields.get(9).copied())?
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn port(number: u16) -> Port {
        Port { number, service: "JSON-RPC", change_with: "--rpc-port" }
    }

    #[test]
    fn a_free_port_is_fine() {
        assert_eq!(check(&free::<6>().map(port)), Ok(()));
    }

    #[test]
    fn no_port_is_told_twice_though_nobody_listens_on_it() {
        let told: HashSet<u16> = [free::<50>(), free::<50>()].concat().into_iter().collect();
        assert_eq!(told.len(), 100);
        assert!(told.iter().all(|port| TOLD.range.contains(port)));
        assert!(AT_ONCE.range.contains(&at_once().unwrap()) && AT_ONCE.range.start >= TOLD.range.end);
    }

    #[test]
    fn a_port_that_somebody_listens_on_is_passed_over() {
        let [taken, other] = free();
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, taken)).unwrap();
        let supply = Supply::of(taken.min(other)..taken.max(other) + 1);
        for _ in 0..supply.range.len() {
            assert_ne!(supply.draw().unwrap(), taken);
        }
    }

    #[test]
    fn a_port_in_use_says_which_whose_and_how_to_change_it() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let number = taken.local_addr().unwrap().port();
        let error = check(&[port(number)]).unwrap_err().to_string();
        assert!(error.contains(&format!("port {number} for JSON-RPC is in use")), "{error}");
        assert!(error.contains("--rpc-port"), "{error}");
        if cfg!(target_os = "linux") {
            assert!(error.contains(&format!("(process {})", std::process::id())), "{error}");
        }
    }

    #[test]
    fn the_same_port_twice_is_an_error_even_when_free() {
        let [number] = free();
        let other = Port { service: "WebSocket", change_with: "--ws-port", ..port(number) };
        let error = check(&[port(number), other]).unwrap_err().to_string();
        assert!(error.contains("wanted by WebSocket and by JSON-RPC"), "{error}");
    }

    #[test]
    fn reads_the_kernels_table() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
             0: 0100007F:22C3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0\n\
             1: 0100007F:22C4 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0\n";
        assert_eq!(listening_inode(table, 8899), Some("4242"));
        assert_eq!(listening_inode(table, 8900), None);
    }
}
