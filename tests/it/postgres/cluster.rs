//! Two PostgreSQL servers under Patroni and etcd: one leads, the other follows in step, and takes over when the leader is
//! gone. All of it on loopback, in a temporary folder, for as long as it is wanted.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio, id};
use std::thread::sleep;
use std::time::Duration;

/// Where Debian puts the programs of the server.
const BINARIES: &str = "/usr/lib/postgresql/15/bin";

pub(crate) struct Cluster {
    folder: PathBuf,
    /// What the processes run as, where that cannot be this user.
    owner: Option<(u32, u32)>,
    etcd: Child,
    nodes: [Node; 2],
}

struct Node {
    name: &'static str,
    port: u16,
    rest: u16,
    patroni: Option<Child>,
}

impl Cluster {
    /// A cluster that leads and follows, or why there is none.
    pub(crate) fn start() -> Result<Self, String> {
        let missing = ["patroni", "etcd"].into_iter().find(|name| !has(name));
        if let Some(name) = missing {
            return Err(format!("`{name}` is not installed"));
        }
        let folder = std::env::temp_dir().join(format!("studio-credits-cluster-{}", id()));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let owner = (user("-u", "")? == 0).then(|| Ok::<_, String>((user("-u", "postgres")?, user("-g", "postgres")?)));
        let owner = owner.transpose()?;
        give(&folder, owner)?;
        let [client, peer] = [free_port()?, free_port()?];
        let url = |port| format!("http://127.0.0.1:{port}");
        let etcd = Command::new("etcd")
            .args(["--data-dir".as_ref(), folder.join("etcd").as_os_str()])
            .args(["--listen-client-urls", &url(client), "--advertise-client-urls", &url(client)])
            .args(["--listen-peer-urls", &url(peer), "--initial-advertise-peer-urls", &url(peer)])
            .args(["--initial-cluster", &format!("default={}", url(peer)), "--unsafe-no-fsync"])
            .stdout(Stdio::null())
            .stderr(log(&folder, "etcd")?)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut nodes = Vec::new();
        for name in ["one", "two"] {
            nodes.push(Node { name, port: free_port()?, rest: free_port()?, patroni: None });
        }
        let nodes = nodes.try_into().map_err(|_| "two nodes")?;
        let mut cluster = Self { folder, owner, etcd, nodes };
        for place in 0..2 {
            cluster.configure(place, client)?;
            cluster.run(place)?;
        }
        cluster.wait_until_in_step()?;
        Ok(cluster)
    }

    /// How it is connected to: whoever leads.
    pub(crate) fn url(&self) -> String {
        let [one, two] = &self.nodes;
        format!(
            "host=127.0.0.1,127.0.0.1 port={},{} user=postgres password=secret dbname=postgres \
             target_session_attrs=read-write connect_timeout=2",
            one.port, two.port
        )
    }

    /// Kills who leads, with all that belongs to it, as if its machine were gone.
    pub(crate) fn kill_leader(&mut self) -> Result<usize, String> {
        let place = self.leader().ok_or("nobody leads")?;
        let node = &mut self.nodes[place];
        let mut patroni = node.patroni.take().ok_or("it does not run")?;
        let pid_file = self.folder.join(node.name).join("postmaster.pid");
        let pids = fs::read_to_string(pid_file).map_err(|error| error.to_string())?;
        // First the one that would start the other again.
        patroni.kill().and_then(|()| patroni.wait()).map_err(|error| error.to_string())?;
        kill(pids.lines().next().unwrap_or_default())?;
        Ok(place)
    }

    /// Waits until somebody else leads than the one that was killed.
    pub(crate) fn wait_for_another(&self, killed: usize) -> Result<(), String> {
        wait("another leader", || self.leader().is_some_and(|place| place != killed))
    }

    /// Starts again what was killed, as whoever watches over the machine would, and waits until it follows in step.
    pub(crate) fn bring_back(&mut self, place: usize) -> Result<(), String> {
        self.run(place)?;
        self.wait_until_in_step()
    }

    fn leader(&self) -> Option<usize> {
        self.nodes.iter().position(|node| node.patroni.is_some() && asks(node.rest, "leader"))
    }

    fn wait_until_in_step(&self) -> Result<(), String> {
        let follows =
            |leader: usize| self.nodes.iter().enumerate().any(|(it, node)| it != leader && asks(node.rest, "sync"));
        wait("a standby in step", || self.leader().is_some_and(follows))
    }

    fn run(&mut self, place: usize) -> Result<(), String> {
        let name = self.nodes[place].name;
        let mut patroni = Command::new("patroni");
        patroni.arg(self.folder.join(name).with_extension("yml"));
        patroni.current_dir("/").stdout(Stdio::null()).stderr(log(&self.folder, name)?);
        if let Some((user, group)) = self.owner {
            patroni.uid(user).gid(group);
        }
        self.nodes[place].patroni = Some(patroni.spawn().map_err(|error| error.to_string())?);
        Ok(())
    }

    fn configure(&self, place: usize, etcd: u16) -> Result<(), String> {
        let Node { name, port, rest, .. } = &self.nodes[place];
        let folder = self.folder.display();
        let text = format!(
            "\
scope: credits
name: {name}
restapi: {{ listen: '127.0.0.1:{rest}', connect_address: '127.0.0.1:{rest}' }}
etcd3: {{ host: '127.0.0.1:{etcd}' }}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 5
    synchronous_mode: true
    postgresql: {{ use_pg_rewind: true, parameters: {{ max_connections: 100 }} }}
  initdb: [ {{ encoding: UTF8 }}, {{ locale: C }} ]
  pg_hba: [ host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust ]
postgresql:
  listen: '127.0.0.1:{port}'
  connect_address: '127.0.0.1:{port}'
  data_dir: '{folder}/{name}'
  bin_dir: {BINARIES}
  pgpass: '{folder}/{name}.pgpass'
  authentication:
    superuser: {{ username: postgres, password: secret }}
    replication: {{ username: replicator, password: secret }}
    rewind: {{ username: postgres, password: secret }}
  parameters: {{ unix_socket_directories: '{folder}' }}
"
        );
        fs::write(self.folder.join(name).with_extension("yml"), text).map_err(|error| error.to_string())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            if let Some(patroni) = &mut node.patroni {
                let _ = patroni.kill().and_then(|()| patroni.wait());
            }
            if let Ok(pids) = fs::read_to_string(self.folder.join(node.name).join("postmaster.pid")) {
                let _ = kill(pids.lines().next().unwrap_or_default());
            }
        }
        let _ = self.etcd.kill().and_then(|()| self.etcd.wait());
        // The processes of a server end by themselves once it is gone, and may still write.
        let _ = wait("an empty folder", || fs::remove_dir_all(&self.folder).is_ok());
    }
}

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

fn user(what: &str, name: &str) -> Result<u32, String> {
    let names = Some(name).filter(|name| !name.is_empty());
    let output = Command::new("id").arg(what).args(names).output().map_err(|error| error.to_string())?;
    String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|_| format!("there is no user `{name}`"))
}

fn give(path: &Path, owner: Option<(u32, u32)>) -> Result<(), String> {
    let given = owner.map_or(Ok(()), |(user, group)| chown(path, Some(user), Some(group)));
    given.map_err(|error| error.to_string())
}

fn log(folder: &Path, name: &str) -> Result<fs::File, String> {
    let path = folder.join(format!("{name}.log"));
    fs::OpenOptions::new().create(true).append(true).open(path).map_err(|error| error.to_string())
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

fn kill(pid: &str) -> Result<(), String> {
    let status = Command::new("kill").args(["-KILL", pid]).stderr(Stdio::null()).status();
    status.map(drop).map_err(|error| error.to_string())
}

/// Whether a node says of itself that it is so: Patroni answers 200 then.
fn asks(port: u16, what: &str) -> bool {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&([127, 0, 0, 1], port).into(), Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /{what} HTTP/1.0\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer.ends_with(b"200"))
    };
    ask().unwrap_or(false)
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) -> Result<(), String> {
    for _ in 0..1_200 {
        if is_so() {
            return Ok(());
        }
        sleep(Duration::from_millis(100));
    }
    Err(format!("there is not {what} within two minutes"))
}
