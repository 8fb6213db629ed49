//! What a hold and its settlement, and a charge in one step, cost here and in a general double-entry ledger in memory.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml --bin accounts`; with `-- --test` each case runs once.

mod ours;
#[expect(dead_code, reason = "the bench whose file it is uses the rest")]
#[path = "../../../scale/race.rs"]
mod race;
#[expect(dead_code, reason = "the bench whose file it is uses the rest")]
#[path = "../../../account/subject.rs"]
mod subject;
mod theirs;

use std::{env, fmt};

use ours::Kept;
use race::Race;
use subject::Subject;
use theirs::Books;

/// What a turn does so often, and how many turns there are.
#[derive(Clone, Copy)]
struct Scale {
    rounds: usize,
    things: usize,
}

impl Scale {
    /// With the rehearsal.
    fn all(self) -> usize {
        (self.rounds + 1) * self.things
    }

    /// What the first account has left after all of them.
    fn left(self, scene: Scene) -> i64 {
        (0..self.all().div_ceil(scene.accounts)).fold(scene.given(), |left, _| left - i64::from(TAKEN))
    }
}

/// The accounts that are put to the test, all alike.
#[derive(Clone, Copy)]
pub struct Scene {
    pub accounts: usize,
    /// How often each was given credits.
    pub grants: usize,
}

impl Scene {
    /// What each account was given.
    fn given(self) -> i64 {
        (0..self.grants).map(|_| i64::from(GRANTED)).sum()
    }
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count| if count == 1 { "" } else { "s" };
        let Self { accounts, grants } = self;
        write!(f, "{accounts} account{}, {grants} grant{}", plural(*accounts), plural(*grants))
    }
}

/// What is done to an account.
#[derive(Clone, Copy)]
pub enum Deed {
    /// The pair of commands.
    HoldAndSettle,
    Charge,
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HoldAndSettle => "hold and settle",
            Self::Charge => "charge",
        })
    }
}

/// What each grant gives, and what each deed takes, in whole credits.
pub const GRANTED: i32 = 2_000_000_000;
pub const TAKEN: i32 = 50;

const ALONE: Scene = Scene { accounts: 1, grants: 1 };
const MANY_GRANTS: Scene = Scene { accounts: 1, grants: 1_000 };
const MANY_ACCOUNTS: Scene = Scene { accounts: 1_000, grants: 1 };

const OURS: &str = "studio-credits";
const THEIRS: &str = "doubleentry";

fn main() {
    let test = env::args().any(|arg| arg == "--test");
    let scale = if test { Scale { rounds: 1, things: 10 } } else { Scale { rounds: 30, things: 1_000 } };
    for scene in [ALONE, MANY_GRANTS, MANY_ACCOUNTS] {
        compare_balances(scene);
    }
    println!("form | accounts | what | {OURS}, ns | {THEIRS}, ns | ratio");
    println!("---|---|---|--:|--:|--:");
    for deed in [Deed::HoldAndSettle, Deed::Charge] {
        for scene in [ALONE, MANY_GRANTS] {
            decided(scale, scene, deed);
        }
    }
    for deed in [Deed::HoldAndSettle, Deed::Charge] {
        for scene in [ALONE, MANY_GRANTS] {
            ready(scale, scene, deed);
        }
    }
    for deed in [Deed::HoldAndSettle, Deed::Charge] {
        for scene in [ALONE, MANY_GRANTS, MANY_ACCOUNTS] {
            from_texts(scale, scene, deed);
        }
    }
}

/// Both must say the same about each account, whatever is done to it.
fn compare_balances(scene: Scene) {
    let (mut ours, mut theirs) = (Kept::new(scene), Books::new(scene));
    let mut left = vec![scene.given(); scene.accounts];
    for at in 0..2 * scene.accounts + 10 {
        let user = at % scene.accounts;
        let (here, there) = (ours.hold(at), theirs.hold(at));
        agree(&ours, &theirs, user, left[user] - i64::from(TAKEN), TAKEN.into());
        ours.settle(at, here);
        theirs.settle(at, there);
        ours.charge(at);
        theirs.charge(at);
        left[user] -= 2 * i64::from(TAKEN);
        agree(&ours, &theirs, user, left[user], 0);
    }
    assert!(ours.repeats(0) && theirs.repeats(0), "a key names one command");
    assert!(ours.refuses_too_much() && theirs.refuses_too_much(), "nobody spends what is not there");
    for (user, left) in left.iter().enumerate() {
        agree(&ours, &theirs, user, *left, 0);
    }
    theirs.audit();
}

fn agree(ours: &Kept, theirs: &Books, user: usize, available: i64, held: i64) {
    assert_eq!(ours.balance(user), (available, held), "{OURS}, account {user}");
    assert_eq!(theirs.balance(user), (available, held), "{THEIRS}, account {user}");
}

/// The rules alone: everything is looked up and made before the clock starts, and nothing is changed.
fn decided(scale: Scale, scene: Scene, deed: Deed) {
    let (ours, theirs) = (Kept::new(scene).deciding(deed), Books::new(scene).deciding(deed));
    let mut race = Race::of_rounds(scale.rounds);
    race.enter(OURS, scale.things, 1, |_| ours());
    race.enter(THEIRS, scale.things, 1, |_| theirs());
    show("decided", scene, deed, &race.run());
}

/// Decided and folded: everything that a caller brings is made before the clock starts.
fn ready(scale: Scale, scene: Scene, deed: Deed) {
    let mut subject = Subject::with_lots(scene.grants);
    let mut books = Books::new(scene);
    let mut drafts = books.drafts(deed, scale.all()).into_iter();
    let mut race = Race::of_rounds(scale.rounds);
    match deed {
        Deed::HoldAndSettle => race.enter(OURS, scale.things, 1, |at| subject.hold_and_settle(at)),
        Deed::Charge => race.enter(OURS, scale.things, 1, |at| subject.charge(at)),
    }
    race.enter(THEIRS, scale.things, 1, |_| {
        let (first, second) = drafts.next().expect("drafts");
        (books.record(first), second.map(|draft| books.record(draft)))
    });
    show("decided and applied", scene, deed, &race.run());
    let left = scale.left(scene);
    assert_eq!((ours::whole(subject.balance()), books.balance(0)), (left, (left, 0)), "all of them were done");
}

/// Commands are made of texts and numbers, and everything that is returned is kept.
fn from_texts(scale: Scale, scene: Scene, deed: Deed) {
    let (mut ours, mut theirs) = (Kept::new(scene), Books::new(scene));
    let (mut here, mut there) = (0.., 0..);
    let mut race = Race::of_rounds(scale.rounds);
    match deed {
        Deed::HoldAndSettle => {
            race.enter(OURS, scale.things, 1, |_| {
                let at = here.next().expect("a number");
                let hold = ours.hold(at);
                ours.settle(at, hold);
            });
            race.enter(THEIRS, scale.things, 1, |_| {
                let at = there.next().expect("a number");
                let hold = theirs.hold(at);
                theirs.settle(at, hold);
            });
        }
        Deed::Charge => {
            race.enter(OURS, scale.things, 1, |_| ours.charge(here.next().expect("a number")));
            race.enter(THEIRS, scale.things, 1, |_| theirs.charge(there.next().expect("a number")));
        }
    }
    show("made and kept", scene, deed, &race.run());
    agree(&ours, &theirs, 0, scale.left(scene), 0);
}

fn show(form: &str, scene: Scene, deed: Deed, race: &Race<'_>) {
    let (ours, theirs) = (race.nanos(OURS), race.nanos(THEIRS));
    println!("{form} | {scene} | {deed} | {ours:.0} | {theirs:.0} | {:.1}", race.ratio(THEIRS, OURS));
}
