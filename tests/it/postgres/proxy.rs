//! A proxy on loopback in front of the server: it counts what is asked, and cuts connections where it is told to.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread;

use studio_credits::store::postgres::tokio_postgres::Config;
use studio_credits::store::postgres::tokio_postgres::config::Host;

/// Into how many pieces what is read at once is cut, so that a cut may be anywhere in it.
const PIECES: usize = 12;

pub(crate) struct Proxy {
    config: Config,
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// How many round trips were asked for.
    syncs: AtomicU64,
    /// How many pieces, in both directions, pass before a connection is cut; below 0 where none is to be.
    pieces: AtomicI64,
    /// The same in bytes.
    bytes: AtomicI64,
    /// Of each direction by itself.
    ways: [Passed; 2],
    /// How many connections were cut.
    cuts: AtomicU64,
    /// How many directions of how many connections are open.
    open: AtomicU64,
}

/// A direction of all connections.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// From clients to the server.
    Asked,
    /// From the server to clients.
    Answered,
}

#[derive(Default)]
struct Passed {
    /// How many bytes have passed.
    bytes: AtomicU64,
    /// How many still pass before a connection is cut; below 0 where none is to be.
    left: AtomicI64,
}

impl Proxy {
    /// A proxy in front of the first host of a configuration.
    pub(crate) fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        state.disarm();
        let (target, shared) = (config.clone(), state.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, Wire::to(&target)) else { continue };
                let client = Wire::tcp(client).unwrap();
                let (asked, answered) = (shared.clone(), shared.clone());
                let (from, to) = (client.another(), server.another());
                shared.open.fetch_add(2, Ordering::SeqCst);
                thread::spawn(move || asked.pass(Way::Asked, &from, &to));
                thread::spawn(move || answered.pass(Way::Answered, &server, &client));
            }
        });
        Self { config, address, state }
    }

    /// How to connect through it.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.address.port());
        config.user(self.config.get_user().unwrap_or("postgres"));
        config.dbname(self.config.get_dbname().unwrap_or("postgres"));
        if let Some(password) = self.config.get_password() {
            config.password(password);
        }
        config
    }

    /// How many round trips were asked for so far.
    pub(crate) fn round_trips(&self) -> u64 {
        self.state.syncs.load(Ordering::SeqCst)
    }

    /// How many connections were cut so far.
    pub(crate) fn cuts(&self) -> u64 {
        self.state.cuts.load(Ordering::SeqCst)
    }

    /// Cuts the connection once so many pieces have passed.
    pub(crate) fn cut_after_pieces(&self, pieces: u32) {
        self.state.pieces.store(pieces.into(), Ordering::SeqCst);
    }

    /// Cuts the connection once so many bytes have passed.
    pub(crate) fn cut_after_bytes(&self, bytes: u32) {
        self.state.bytes.store(bytes.into(), Ordering::SeqCst);
    }

    /// Cuts the connection once so many bytes have passed in one direction.
    pub(crate) fn cut_after_bytes_of(&self, way: Way, bytes: u64) {
        self.state.ways[way as usize].left.store(i64::try_from(bytes).unwrap(), Ordering::SeqCst);
    }

    /// How many bytes have passed in one direction so far.
    pub(crate) fn passed(&self, way: Way) -> u64 {
        self.state.ways[way as usize].bytes.load(Ordering::SeqCst)
    }

    /// Whether there is no connection left.
    pub(crate) fn is_idle(&self) -> bool {
        self.state.open.load(Ordering::SeqCst) == 0
    }

    /// Cuts no more.
    pub(crate) fn disarm(&self) {
        self.state.disarm();
    }
}

impl State {
    fn disarm(&self) {
        self.pieces.store(-1, Ordering::SeqCst);
        self.bytes.store(-1, Ordering::SeqCst);
        self.ways.iter().for_each(|way| way.left.store(-1, Ordering::SeqCst));
    }

    /// Passes on what comes, until an end or a cut.
    fn pass(&self, way: Way, from: &Wire, to: &Wire) {
        let (mut buffer, mut frames) = (vec![0; 1 << 16], Frames::default());
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if let Way::Asked = way {
                self.syncs.fetch_add(frames.syncs(&buffer[..length]), Ordering::SeqCst);
            }
            let passed = buffer[..length].chunks(length.div_ceil(PIECES)).all(|piece| {
                let room = self.room(way, piece.len());
                to.write(&piece[..room]).is_ok() && room == piece.len()
            });
            if !passed {
                break;
            }
        }
        from.close();
        to.close();
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    /// How much of a piece may pass.
    fn room(&self, way: Way, length: usize) -> usize {
        let way = &self.ways[way as usize];
        way.bytes.fetch_add(length as u64, Ordering::SeqCst);
        let spend = |left: &AtomicI64, amount: i64| {
            let before =
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| (left >= 0).then_some(left - amount));
            before.ok().filter(|before| *before < amount)
        };
        let bytes = i64::try_from(length).unwrap();
        let left = match (spend(&self.pieces, 1), spend(&self.bytes, bytes), spend(&way.left, bytes)) {
            (Some(_), ..) => 0,
            (_, Some(left), _) | (_, _, Some(left)) => usize::try_from(left).unwrap(),
            _ => return length,
        };
        self.disarm();
        self.cuts.fetch_add(1, Ordering::SeqCst);
        left
    }
}

/// Finds the messages in what a client sends.
#[derive(Default)]
struct Frames {
    /// The head of a message as far as it has come: one byte that names it, but for the first one, and its length.
    head: Vec<u8>,
    is_started: bool,
    /// How much of the body is still to come.
    left: usize,
}

impl Frames {
    /// How many messages ask for all answers, each of which costs a round trip.
    fn syncs(&mut self, mut bytes: &[u8]) -> u64 {
        let mut syncs = 0;
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let skipped = self.left.min(bytes.len());
                self.left -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            let named = usize::from(self.is_started);
            if let Some(length) = self.head.get(named..named + 4) {
                self.left = u32::from_be_bytes(length.try_into().unwrap()) as usize - 4;
                syncs += u64::from(self.is_started && matches!(self.head[0], b'S' | b'Q'));
                self.is_started = true;
                self.head.clear();
            }
        }
        syncs
    }
}

enum Wire {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Wire {
    fn to(config: &Config) -> io::Result<Self> {
        let port = config.get_ports().first().copied().unwrap_or(5432);
        match &config.get_hosts()[0] {
            Host::Tcp(name) => TcpStream::connect((name.as_str(), port)).and_then(Self::tcp),
            Host::Unix(folder) => UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).map(Self::Unix),
        }
    }

    /// What is passed on in pieces is not to wait for the answer to the piece before.
    fn tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self::Tcp(stream))
    }

    fn another(&self) -> Self {
        match self {
            Self::Tcp(stream) => Self::Tcp(stream.try_clone().unwrap()),
            Self::Unix(stream) => Self::Unix(stream.try_clone().unwrap()),
        }
    }

    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => (&*stream).read(buffer),
            Self::Unix(stream) => (&*stream).read(buffer),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => (&*stream).write_all(bytes),
            Self::Unix(stream) => (&*stream).write_all(bytes),
        }
    }

    fn close(&self) {
        // The other direction may have closed it already.
        let _ = match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
            Self::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}
