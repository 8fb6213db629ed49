//! The same bench once more, with a server whose every sync takes a millisecond longer.
//!
//! What a process has preloaded, its children have too, the server among them. So the bench starts itself again.

use std::{env, fs, process::Command};

const SOURCE: &str = include_str!("slow_disk.c");

/// The file that is preloaded.
pub const OBJECT: &str = "slow_disk.so";

/// Told to the copy of this process.
pub const SLOW: &str = "--slow";

/// Compiles the object, and runs this program with it, with the same arguments.
pub fn run() {
    let folder = env::temp_dir().join(format!("studio-credits-slow-disk-{}", std::process::id()));
    fs::create_dir(&folder).expect("a folder in the folder for temporary files");
    let (source, object) = (folder.join("slow_disk.c"), folder.join(OBJECT));
    fs::write(&source, SOURCE).expect("a file");
    let compiled = Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).args([&object, &source]).status();
    assert!(compiled.expect("a C compiler, called `cc`").success(), "`cc` refuses {}", source.display());
    let program = env::current_exe().expect("a path");
    let status = Command::new(program).args(env::args().skip(1)).arg(SLOW).env("LD_PRELOAD", &object).status();
    fs::remove_dir_all(&folder).expect("a folder that can be removed");
    assert!(status.expect("a process").success(), "the bench with the slow disk failed");
}
