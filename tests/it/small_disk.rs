//! A disk that is small: a file system in memory, which only a process with a name space of its own sees. Where none may
//! be made, whoever needs it is skipped, and says so.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{env, fs};

/// Numbers the disks of this process.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// What the script ends with where it may not mount.
const NOT_HERE: i32 = 77;
const SCRIPT: &str = "mount -t tmpfs -o size=$1m tmpfs \"$0\" || exit 77; shift; exec \"$@\"";
/// What tells the process where the disk is.
const VARIABLE: &str = "SMALL_DISK";
/// How much a block of a disk is, in bytes.
const BLOCK: usize = 4_096;

/// Who the process is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    /// The one who may mount.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only a file is tried on a disk that is read-only"))]
    Root,
    /// Whoever runs the tests, as PostgreSQL refuses root.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "only a server minds"))]
    Same,
}

/// Runs a test in a process of its own, with temporary files on a disk of so many megabytes.
pub(crate) fn run(test: &str, megabytes: u32, user: User) {
    let number = COUNT.fetch_add(1, Relaxed);
    let folder = env::temp_dir().join(format!("studio-credits-disk-{}-{number}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let id = Command::new("id").arg("-u").output().unwrap();
    let is_root = String::from_utf8_lossy(&id.stdout).trim() == "0";
    let mut process = Command::new("unshare");
    process.args((!is_root).then_some("--map-root-user")).args(["--mount", "sh", "-c", SCRIPT]).arg(&folder);
    process.arg(megabytes.to_string());
    if user == User::Same && !is_root {
        process.args(["unshare", "--user", "--map-user=1000", "--map-group=1000"]);
    }
    process.arg(env::current_exe().unwrap()).args([test, "--exact", "--nocapture"]);
    let status = process.env(VARIABLE, &folder).env("TMPDIR", &folder).status();
    fs::remove_dir(&folder).unwrap();
    match status {
        Ok(status) if status.code() != Some(NOT_HERE) && status.code() != Some(1) => assert!(status.success()),
        other => println!("skipped: no file system can be mounted here: {other:?}"),
    }
}

/// Where the disk is; nowhere in a process that was not started for that.
pub(crate) fn here() -> Option<PathBuf> {
    env::var_os(VARIABLE).map(PathBuf::from)
}

/// Writes a file until the disk has so many blocks left.
pub(crate) fn fill(filler: &Path, left: u64) {
    let mut file = fs::File::create(filler).unwrap();
    while file.write_all(&[0; BLOCK]).is_ok() {}
    let size = file.metadata().unwrap().len();
    file.set_len(size.saturating_sub(left * BLOCK as u64)).unwrap();
}
