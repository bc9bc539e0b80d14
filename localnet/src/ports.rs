//! Whether everything can listen, asked before anything starts.

use std::{
    fs, io,
    net::{Ipv4Addr, TcpListener},
};

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
    use super::*;

    fn port(number: u16) -> Port {
        Port { number, service: "JSON-RPC", change_with: "--rpc-port" }
    }

    #[test]
    fn a_free_port_is_fine() {
        let number = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        assert_eq!(check(&[port(number)]), Ok(()));
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
        let number = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
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
