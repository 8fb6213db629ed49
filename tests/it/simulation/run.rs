//! One run: clients, a store, everything that goes wrong between them, and the auditor who watches.

mod answers;
mod calls;
mod finish;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::ledger::{Job, Operation, Reply};
use studio_credits::{AccountId, Key, Unit};

use super::ask::Asked;
use super::auditor::Auditor;
use super::faults::Faulty;
use super::make::{Maker, Names};
use super::plans;
use super::prices;
use super::store::Store;
use super::weather::Weather;
use crate::account::tally::Tally;
use crate::oracle::chance::Chance;

pub(crate) struct Run<S> {
    chance: Chance,
    weather: Weather,
    clock: DateTime<Utc>,
    store: Faulty<S>,
    auditor: Auditor,
    maker: Maker,
    accounts: Vec<(AccountId, Names)>,
    clients: Vec<Client>,
    /// How many commands are sent in all.
    commands: u64,
    sent: u64,
    pub(crate) tally: Tally,
    /// What happened, where it is to be told: to which account, and what.
    pub(crate) trace: Option<Vec<(usize, String)>>,
    /// The account that something happened to last.
    pub(crate) concerned: usize,
}

/// Somebody who uses the ledger. What it is about to do is in its operation: one that starts from a load here, and it
/// could be one of a lane that starts from what is known.
struct Client {
    skew: TimeDelta,
    /// Whether its engine has both editions.
    both: bool,
    busy: Option<Busy>,
    again: Vec<Again>,
}

/// An operation under way.
struct Busy {
    operation: Operation,
    account: usize,
    requests: Vec<usize>,
    /// What the store has answered, on its way.
    reply: Option<Reply>,
    calls: u32,
}

/// What is to be sent once more, as nobody knows whether it was done.
struct Again {
    account: usize,
    key: Key,
    asked: Asked,
}

impl<S: Store> Run<S> {
    pub(crate) fn new(seed: u64, commands: u64, store: S) -> Self {
        let mut chance = Chance::new(seed, 11);
        let weather = Weather::new(&mut chance);
        let clients = (0..weather.clients).map(|_| {
            let most = weather.skew.num_seconds().unsigned_abs();
            let skew = TimeDelta::seconds(chance.below(2 * most + 1).cast_signed()) - weather.skew;
            let skew = skew + TimeDelta::microseconds(chance.below(1_000).cast_signed());
            Client { skew, both: false, busy: None, again: Vec::new() }
        });
        let clients = clients.collect();
        let accounts = (1..=weather.accounts).map(|account| AccountId::new(&format!("user-{account}")).unwrap());
        let names = || Names::of(weather.asks_of_plans);
        let accounts = accounts.map(|account| (account, names())).collect();
        let maker = Maker::new(&mut chance, weather.asks_of_plans);
        let auditor = if weather.sells_plans { Auditor::under(plans::book().clone()) } else { Auditor::default() };
        Self {
            chance,
            weather,
            clock: prices::start(),
            store: Faulty::new(store),
            auditor,
            maker,
            accounts,
            clients,
            commands,
            sent: 0,
            tally: Tally::default(),
            trace: None,
            concerned: 0,
        }
    }

    /// The same, telling what happens.
    pub(crate) fn traced(self) -> Self {
        Self { trace: Some(Vec::new()), ..self }
    }

    pub(crate) fn play(&mut self) -> Result<(), String> {
        while self.sent < self.commands {
            self.step()?;
        }
        self.finish()
    }

    fn step(&mut self) -> Result<(), String> {
        self.pass_time();
        if !self.store.late.is_empty() && self.chance.percent(self.weather.arrivals) {
            let place = self.chance.place(self.store.late.len());
            self.arrive(place)?;
        }
        let place = self.chance.place(self.clients.len());
        match self.clients[place].busy.take() {
            None => self.begin(place),
            Some(busy) if self.chance.percent(self.weather.crashes) => self.crash(place, busy),
            Some(busy) => self.go_on(place, busy)?,
        }
        Ok(())
    }

    fn pass_time(&mut self) {
        let micros = match self.chance.below(200) {
            0..150 => self.chance.below(2_000_000),
            150..198 => self.chance.below(60_000_000),
            _ if self.chance.percent(self.weather.leaps * 10) => self.chance.below(4 * 3_600_000_000),
            _ => self.chance.below(300_000_000),
        };
        self.clock += TimeDelta::microseconds(micros.cast_signed());
        let [hours, days, months] = self.weather.pace;
        let passed = match self.chance.below(1_000) {
            at if at < hours => self.chance.between(1, 12),
            at if at < hours + days => self.chance.between(12, 80),
            at if at < hours + days + months => self.chance.between(20 * 24, 45 * 24),
            _ => return,
        };
        self.tally.count("jumps of the clock");
        self.clock += TimeDelta::hours(passed.cast_signed());
        if self.chance.percent(25) {
            // To the very instant at which days begin, somewhere.
            let hour = self.clock.timestamp() / 3_600 * 3_600;
            self.clock = DateTime::from_timestamp(hour + 3_600, 0).unwrap_or(self.clock);
        }
    }

    /// What time it is for a client.
    fn now(&mut self, client: usize) -> DateTime<Utc> {
        let now = self.clock + self.clients[client].skew;
        if !self.chance.percent(self.weather.wrong_clocks) {
            return now;
        }
        self.tally.count("wrong clocks");
        let hours = TimeDelta::hours(self.chance.below(40).cast_signed());
        if self.chance.percent(50) { now + hours } else { now - hours }
    }

    /// A client sends what is new, what it sends once more, or what somebody else has sent already.
    fn begin(&mut self, client: usize) {
        if !self.clients[client].both && self.clock >= prices::change() && self.chance.percent(10) {
            self.clients[client].both = true;
            self.tally.count("second editions");
        }
        let place = self.chance.place(self.accounts.len());
        let mut jobs = Vec::new();
        let mut account = place;
        let count = if self.chance.percent(self.weather.batches) { self.chance.between(2, 6) } else { 1 };
        for at in 0..count {
            let now = self.now(client);
            let clocked = (now, self.clients[client].both);
            let again = &mut self.clients[client].again;
            if at == 0 && !again.is_empty() && self.chance.percent(50) {
                let Again { account: of, key, asked } = again.swap_remove(self.chance.place(again.len()));
                account = of;
                self.tally.count("repeats");
                let asked = self.maker.again(&mut self.chance, &mut self.accounts[of].1, &asked, clocked);
                jobs.push((key, asked, now));
                continue;
            }
            let names = &mut self.accounts[account].1;
            if !names.sent.is_empty() && self.chance.percent(self.weather.duplicates) {
                let near = names.sent.len().min(12);
                let (key, asked) = self.chance.pick(&names.sent[names.sent.len() - near..]).clone();
                self.tally.count("duplicates");
                jobs.push((key, self.maker.again(&mut self.chance, names, &asked, clocked), now));
                continue;
            }
            let is_late = self.sent * 4 > self.commands * 3;
            let (key, asked) = self.maker.command(&mut self.chance, names, (now, clocked.1, is_late));
            jobs.push((key, asked, now));
        }
        if jobs.len() > 1 {
            self.tally.count("batches");
        }
        let busy = self.ask(client, account, jobs);
        self.clients[client].busy = Some(busy);
    }

    /// An operation for what a client sends.
    fn ask(&mut self, client: usize, account: usize, jobs: Vec<(Key, Asked, DateTime<Utc>)>) -> Busy {
        let id = self.accounts[account].0.clone();
        let mut requests = Vec::new();
        for (key, asked, now) in &jobs {
            self.sent += 1;
            self.tally.count("commands");
            self.tally.count(kind(asked));
            requests.push(self.auditor.asked(&id, key, asked, *now));
            self.note(account, || format!("client {client} asks at {now:?} for {key}: {asked:?}"));
        }
        let jobs = jobs.into_iter().map(|(key, asked, now)| Job { key, order: asked.order(), now });
        let operation = Operation::new(id, Unit::new("credits").unwrap(), jobs);
        let operation = operation.with_attempts(self.weather.attempts);
        let operation = if self.weather.sells_plans { operation.with_plans(plans::book().clone()) } else { operation };
        Busy { operation, account, requests, reply: None, calls: 0 }
    }

    fn note(&mut self, account: usize, what: impl FnOnce() -> String) {
        self.concerned = account;
        if let Some(trace) = &mut self.trace {
            trace.push((account, what()));
        }
    }
}

fn kind(asked: &Asked) -> &'static str {
    use studio_credits::journal::{Adjustment, Command, RewardCommand, SubscriptionCommand, TeamCommand};
    match asked {
        Asked::Delivered { .. } => "asked: settle by an engine",
        Asked::Command(command) => match command {
            Command::Grant(_) => "asked: grant",
            Command::Hold(spend) if spend.quoted().is_some() => "asked: hold for a quote",
            Command::Hold(_) => "asked: hold",
            Command::Settle { .. } => "asked: settle",
            Command::MarkUnknown { .. } => "asked: mark unknown",
            Command::Extend { .. } => "asked: extend",
            Command::Release { .. } => "asked: release",
            Command::Charge(_) => "asked: charge",
            Command::Refund { .. } => "asked: refund",
            Command::Revoke { .. } => "asked: revoke",
            Command::ChargeBack { .. } => "asked: charge back",
            Command::Adjust { adjustment: Adjustment::Give(_), .. } => "asked: give",
            Command::Adjust { adjustment: Adjustment::Take(_), .. } => "asked: take",
            Command::Adjust { adjustment: Adjustment::Forgive(_), .. } => "asked: forgive",
            Command::Freeze { .. } => "asked: freeze",
            Command::Thaw { .. } => "asked: thaw",
            Command::Close { .. } => "asked: close",
            Command::RepairMark { .. } => "asked: repair mark",
            Command::Subscription(command) => match command {
                SubscriptionCommand::Subscribe { .. } => "asked: subscribe",
                SubscriptionCommand::Renew { .. } => "asked: renew",
                SubscriptionCommand::Upgrade { .. } => "asked: upgrade",
                SubscriptionCommand::Schedule { .. } => "asked: schedule a change",
                SubscriptionCommand::Cancel { .. } => "asked: cancel",
                SubscriptionCommand::End { .. } => "asked: end",
                SubscriptionCommand::Resume { .. } => "asked: resume",
                SubscriptionCommand::FailPayment { .. } => "asked: fail a payment",
            },
            Command::BuyTopUp { .. } => "asked: buy a top-up",
            Command::Reward(RewardCommand::Give { .. }) => "asked: give a reward",
            Command::Reward(RewardCommand::Promise { .. }) => "asked: promise a reward",
            Command::Reward(RewardCommand::TakeBack { .. }) => "asked: take a reward back",
            Command::Team(TeamCommand::Join { .. }) => "asked: join",
            Command::Team(TeamCommand::Limit { .. }) => "asked: limit a member",
            Command::Team(TeamCommand::Leave { .. }) => "asked: leave",
            Command::SetZone { .. } => "asked: set zone",
            Command::SetAutoTopUp { .. } => "asked: set auto top-up",
        },
    }
}
