//! What stands between the process and Postgres, and knows enough of its protocol to see the writes: messages of a
//! type, a length and a body; statements are prepared by name (`P`), bound to that name (`B`) and executed (`E`), or
//! come as plain text (`Q`). <https://www.postgresql.org/docs/current/protocol-message-formats.html>

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::support::tripwire::{FRAMES, Tripwire};

/// Statements that change nothing, and with which nothing begins or ends.
const READS: [&str; 4] = ["SELECT", "SHOW", "LISTEN", "SET"];

/// A TCP port that leads to the Postgres of a test.
pub struct Proxy {
    pub url: String,
}

impl Proxy {
    /// In front of the database at `url`, whose server is reached by a socket of the file system.
    pub async fn start(url: &str, tripwire: Arc<Tripwire>) -> Self {
        let options: PgConnectOptions = url.parse().unwrap();
        let directory = options.get_socket().expect("a server of the test's own").clone();
        let socket = directory.join(format!(".s.PGSQL.{}", options.get_port()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (user, database) = (options.get_username(), options.get_database().unwrap());
        let address = listener.local_addr().unwrap();
        let url = format!("postgres://{user}@{address}/{database}?sslmode=disable");
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connection(client, socket.clone(), tripwire.clone()));
            }
        });
        Self { url }
    }
}

/// Ends in both directions when it ends in one, so that Postgres learns that its client is gone.
async fn connection(client: TcpStream, socket: PathBuf, tripwire: Arc<Tripwire>) {
    let Ok(server) = UnixStream::connect(socket).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::select! {
        _ = io::copy(&mut from_server, &mut to_client) => {}
        _ = forward(&mut from_client, &mut to_server, &tripwire) => {}
    }
}

/// Forwards what the client says, message by message, until it dies.
async fn forward(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    tripwire: &Tripwire,
) -> io::Result<()> {
    // The first message alone has no type.
    let length = from.read_u32().await?;
    let mut startup = vec![0; length as usize - 4];
    from.read_exact(&mut startup).await?;
    to.write_u32(length).await?;
    to.write_all(&startup).await?;

    let mut statements: HashMap<Vec<u8>, String> = HashMap::new();
    let mut bound = String::new();
    let mut under_way = None;
    let mut transaction = Transaction::default();
    loop {
        let kind = from.read_u8().await?;
        let length = from.read_u32().await?;
        let mut body = vec![0; length as usize - 4];
        from.read_exact(&mut body).await?;
        let mut texts = body.split(|byte| *byte == 0);
        let executed = match kind {
            b'P' => {
                let (name, statement) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
                statements.insert(name.to_vec(), String::from_utf8_lossy(statement).trim().to_owned());
                None
            }
            b'B' => {
                let statement = texts.nth(1).and_then(|name| statements.get(name));
                bound = statement.cloned().unwrap_or_default();
                None
            }
            b'E' => Some(bound.clone()),
            b'Q' => texts.next().map(|text| String::from_utf8_lossy(text).trim().to_owned()),
            _ => None,
        };
        let write = executed.filter(|statement| !READS.iter().any(|read| statement.starts_with(read)));
        if let Some(statement) = write {
            let Some(step) = tripwire.before(&transaction.named(&statement)) else { return Ok(()) };
            transaction.carries_out(&statement, step.number > 0);
            under_way = Some(step);
        }
        to.write_u8(kind).await?;
        to.write_u32(length).await?;
        to.write_all(&body).await?;
        // What is executed takes effect at the sync that follows; a plain text has it at once.
        if matches!(kind, b'S' | b'Q') && under_way.take().is_some_and(|step| !tripwire.after(&step)) {
            // Postgres carries out what it has been sent before it sees that nobody is there.
            return Ok(());
        }
    }
}

/// What is known of a connection's transaction. All connections begin and end transactions, most of them for parts that
/// work in the background: only by what it holds is the end of one that of a request's.
#[derive(Default)]
struct Transaction {
    /// The last statement of a request.
    written: Option<String>,
}

impl Transaction {
    /// Notes a statement, which may be a step of a request.
    fn carries_out(&mut self, statement: &str, is_step: bool) {
        if is_step && !FRAMES.contains(&statement) {
            self.written = Some(statement.to_owned());
        }
    }

    /// What the tripwire knows a statement by.
    fn named(&mut self, statement: &str) -> String {
        if !FRAMES.contains(&statement) {
            return statement.to_owned();
        }
        match self.written.take() {
            Some(written) if statement != "BEGIN" => format!("{statement} after {written}"),
            _ => statement.to_owned(),
        }
    }
}
