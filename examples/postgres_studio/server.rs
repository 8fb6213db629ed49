//! A PostgreSQL server of one's own, from the binaries that are installed, for as long as this process lives.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;
use std::{env, fs, process, thread};

/// Numbers the servers of this process, so that each has a folder of its own.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// How often a start is tried: after a kill, the processes of the server before are there until they see that it is gone.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// A server that listens on a socket in a temporary folder. When this process ends, in whatever way, the server is
/// stopped and its folder removed.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
    binaries: PathBuf,
    owner: Option<(u32, u32)>,
    settings: String,
    /// Waits for the end of this process.
    keeper: Child,
}

impl Server {
    /// A new server with these settings, as `-c name=value`, or why there is none.
    pub(crate) fn start(settings: &str) -> Result<Self, String> {
        let binaries = binaries().ok_or("no PostgreSQL is installed: there is no `initdb`")?;
        let number = COUNT.fetch_add(1, Relaxed);
        let folder = env::temp_dir().join(format!("studio-credits-pg-{}-{number}", process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let owner = owner()?;
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).map_err(|error| error.to_string())?;
        }
        let keeper = keeper(&folder, &binaries, owner)?;
        let server = Self { folder, binaries, owner, settings: settings.to_owned(), keeper };
        let data = server.data();
        let mut initdb = server.command("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"]);
        done(initdb.arg(&data).output())?;
        server.start_again()?;
        Ok(server)
    }

    /// Starts the server that was killed, or that does not run yet.
    pub(crate) fn start_again(&self) -> Result<(), String> {
        let folder = self.folder.display();
        let options = format!("-c listen_addresses= -k {folder} -c max_connections=300 {}", self.settings);
        let log = self.folder.join("log");
        for _ in 0..ATTEMPTS {
            let mut start = self.command("pg_ctl");
            start.arg("-D").arg(self.data()).arg("-l").arg(&log).args(["-w", "-t", "60", "-o", &options, "start"]);
            // The server keeps what it inherits, and whoever reads to its end would wait for the server's.
            start.stdout(Stdio::null()).stderr(Stdio::null());
            if start.status().map_err(|error| error.to_string())?.success() {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
        Err(format!("the server does not start:\n{}", fs::read_to_string(&log).unwrap_or_default()))
    }

    /// Kills the server and all of its processes, as a crash would.
    pub(crate) fn kill(&self) -> Result<(), String> {
        let pid_file = self.data().join("postmaster.pid");
        let text = fs::read_to_string(&pid_file).map_err(|error| error.to_string())?;
        let pid = text.lines().next().unwrap_or_default();
        done(Command::new("kill").args(["-KILL", pid]).output())
    }

    /// How it is connected to.
    pub(crate) fn url(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.folder.display())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, name: &str) -> Command {
        owned(Command::new(self.binaries.join(name)), self.owner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The keeper's input ends, and it does the rest.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A process that waits until this one has ended, and then stops the server and removes what it wrote.
fn keeper(folder: &Path, binaries: &Path, owner: Option<(u32, u32)>) -> Result<Child, String> {
    let script = r#"cat >/dev/null; "$2/pg_ctl" -D "$1/data" -m immediate -w stop; rm -rf "$1""#;
    let mut command = owned(Command::new("sh"), owner);
    command.args(["-c", script, "keeper"]).args([folder, binaries]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|error| format!("no server can be kept: {error}"))
}

/// A command as the owner of the server, in a group of its own, so that an interrupt at the keyboard does not reach it.
fn owned(mut command: Command, owner: Option<(u32, u32)>) -> Command {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command.current_dir("/").process_group(0);
    command
}

/// Whose the server is to be, where it cannot be this user's, as the server refuses to run as root.
fn owner() -> Result<Option<(u32, u32)>, String> {
    let number = |args: &[&str]| {
        let output = Command::new("id").args(args).output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse().map_err(|_| "there is no user `postgres`, and the server refuses root".to_owned())
    };
    if number(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((number(&["-u", "postgres"])?, number(&["-g", "postgres"])?)))
}

/// The folder of the server's programs: on the path, where `pg_config` says, or where Debian puts them, newest first.
fn binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        env::var_os("PATH").iter().flat_map(|path| env::split_paths(path).collect::<Vec<_>>()).collect();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(String::from_utf8_lossy(&output.stdout).trim().into());
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

fn done(output: std::io::Result<Output>) -> Result<(), String> {
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
