//! Any book that can be built is written so that it reads back, as TOML and as the stored form.

use proptest::prelude::*;
use studio_credits::plan::{
    Allowance, AllowanceName, AllowedSetting, AtEnd, AutoTopUp, Days, Entitlements, Every, Limits, Notices, OnSale,
    Plan, PlanBook, PlanFact, Proration, RefundTerms, ResetZone, Reward, Rollover, TopUp, Upgrade, WorkLimits,
};
use studio_credits::{
    Cost, Credits, GrantKind, LateRefund, LateSettle, Life, Overage, Restriction, Studio, Terms, Unit, Value,
};

/// Names that TOML, or a careless writer, takes for something else.
const NAMES: [&str; 8] = ["a", "b", "a.b", "min", "x y", "ä\"", "[[plan]]", "true"];
const AMOUNTS: [&str; 5] = ["1", "50", "0.000000001", "99.5", "1000000000000000000"];

/// Choices, one byte each; when they run out, the first of all.
struct Tape<'t>(&'t [u8]);

impl Tape<'_> {
    fn below(&mut self, count: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % count
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 1
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(&mut self) -> T {
        self.one(&NAMES).parse().unwrap()
    }

    fn amount(&mut self) -> Credits {
        self.one(&AMOUNTS).parse().unwrap()
    }

    fn number(&mut self) -> u32 {
        self.one(&[1, 2, 30, 120])
    }

    fn days(&mut self) -> Days {
        Days::new(self.number()).unwrap()
    }

    fn value(&mut self) -> Value {
        let values: [Value; 6] = ["1".into(), "1.5".into(), true.into(), "1k".into(), "a, b".into(), "0.50".into()];
        values[self.below(6)].clone()
    }

    /// `value` with some of the changes made.
    fn some<T>(&mut self, value: T, changes: &[fn(&mut Self, T) -> T]) -> T {
        changes.iter().fold(value, |value, change| if self.flip() { change(self, value) } else { value })
    }

    fn kind(&mut self) -> GrantKind {
        let own = GrantKind::Other(self.name());
        let kinds = [GrantKind::Free, GrantKind::Subscription, GrantKind::TopUp, GrantKind::Reward, own];
        kinds[self.below(5)].clone()
    }

    fn restriction(&mut self) -> Restriction {
        self.some(
            Restriction::default(),
            &[
                |tape, it| it.to_studio(tape.name()),
                |tape, it| it.to_tool(tape.name()),
                |tape, it| it.to_model(tape.name()),
                |tape, it| it.except_model(tape.name()),
                |_, it| it.except_model("kling-3.0".parse().unwrap()),
            ],
        )
    }

    fn allowance(&mut self) -> Allowance {
        let zone = self.one(&[ResetZone::default(), ResetZone::Account, "-09:30".parse().unwrap()]);
        let at = self.one(&["00:00", "23:59"]).parse().unwrap();
        // One name is daily in all plans, or monthly in all.
        let name: AllowanceName = self.name();
        let monthly = NAMES[..4].contains(&name.as_str());
        let every = if monthly { Every::Month } else { Every::Day { at, zone } };
        let allowance = Allowance::new(name, self.kind(), self.amount(), every).unwrap();
        let allowance = allowance.with_restriction(self.restriction()).unwrap();
        self.some(
            allowance,
            &[
                |tape, it| it.with_priority(tape.one(&[-32_768, 7, 32_767])),
                |_, it| it.with_late_refund(LateRefund::Renews),
                |_, it| it.repaying_debt(),
                |_, it| it.sparing_debt(),
                |tape, it| {
                    let rollover = Rollover::new(tape.amount(), tape.one(&[1, 2, 12])).unwrap();
                    it.clone().with_rollover(rollover).unwrap_or(it)
                },
            ],
        )
    }

    fn top_up(&mut self) -> TopUp {
        let price = Cost { amount: self.amount(), unit: Unit::new(self.one(&["USD", "US dollars"])).unwrap() };
        let top_up = TopUp::new(self.name(), self.amount(), price).unwrap();
        self.some(
            top_up,
            &[
                |tape, it| it.expiring(tape.days()),
                |tape, it| it.on_sale_while(tape.one(&[OnSale::WhileSubscribed, OnSale::Never])),
                |tape, it| it.with_priority(tape.one(&[-1, 1])),
                |tape, it| it.with_restriction(tape.restriction()).unwrap(),
            ],
        )
    }

    fn reward(&mut self) -> Reward {
        let reward = Reward::new(self.name(), self.amount()).unwrap();
        self.some(
            reward,
            &[
                |tape, it| it.expiring(tape.days()),
                |tape, it| it.with_day_max(tape.number()).unwrap(),
                |tape, it| it.with_month_max(tape.number()).unwrap(),
                |tape, it| it.with_ever_max(tape.number()).unwrap(),
                |tape, it| it.pending_until(tape.name()),
                |tape, it| it.with_priority(tape.one(&[-1, 1])),
                |tape, it| it.with_restriction(tape.restriction()).unwrap(),
                |_, it| it.repeatable(),
                |_, it| it.irrevocable(),
            ],
        )
    }

    fn setting(&mut self) -> AllowedSetting {
        let name = self.one(&NAMES);
        let setting = match self.below(4) {
            0 => AllowedSetting::range(name, Some("0.5"), Some("6")),
            1 => AllowedSetting::range(name, None, Some(6)),
            2 => AllowedSetting::values(name, [self.value()]),
            _ => AllowedSetting::values(name, ["8k".into(), self.value()]),
        };
        let setting = setting.unwrap();
        if self.flip() { setting.in_studio(self.name()) } else { setting }
    }

    fn work_limits(&mut self) -> WorkLimits {
        self.some(
            WorkLimits::default(),
            &[
                |tape, it| it.with_holds_max(tape.number()).unwrap(),
                |tape, it| it.with_outputs_max(tape.number().into()).unwrap(),
                |tape, it| it.with_day_max(tape.amount()).unwrap(),
                |tape, it| it.with_month_max(tape.amount()).unwrap(),
            ],
        )
    }

    fn limits(&mut self) -> Limits {
        let limits = Limits::default().with_work(self.work_limits());
        self.some(
            limits,
            &[
                |tape, it| it.with_seats(tape.number()).unwrap(),
                |tape, it| it.with_member_month_max(tape.amount()).unwrap(),
                |tape, it| {
                    let (studio, holds): (Studio, _) = (tape.name(), tape.number());
                    let work = tape.work_limits().with_holds_max(holds).unwrap();
                    it.with_studio(studio, work).unwrap()
                },
            ],
        )
    }

    fn terms(&mut self) -> Terms {
        self.some(
            Terms::default(),
            &[
                |_, it| it.with_overage(Overage::Absorb).unwrap(),
                |tape, it| it.with_overage(Overage::Debt { max: tape.amount() }).unwrap(),
                |_, it| it.with_late_settle(LateSettle::Absorb),
                |tape, it| it.with_life(Life::seconds(tape.number()).unwrap()),
            ],
        )
    }

    fn plan(&mut self, name: &str) -> Plan {
        let edition = self.one(&["1", "2026-11"]);
        let plan = Plan::new(name.parse().unwrap(), edition.parse().unwrap(), "credits".parse().unwrap());
        let entitlements = Entitlements::default().with_work(self.restriction()).unwrap();
        let entitlements = self.some(
            entitlements,
            &[
                |tape, it| it.clone().with_setting(tape.setting()).unwrap_or(it),
                |tape, it| it.clone().with_setting(tape.setting()).unwrap_or(it),
            ],
        );
        let plan = plan.with_entitlements(entitlements).with_limits(self.limits()).with_terms(self.terms());
        let fold: [fn(&mut Self, Plan) -> Plan; 20] = [
            |_, it| it.in_force_from("2026-11-01T00:00:00Z".parse().unwrap()).unwrap(),
            |_, it| it.in_force_until("2027-01-01T12:30:00.000001Z".parse().unwrap()).unwrap(),
            |_, it| it.with_title("T \"itle\"\t").unwrap(),
            |_, it| it.with_note("two\nlines \\").unwrap(),
            |tape, it| it.clone().with_allowance(tape.allowance()).unwrap_or(it),
            |tape, it| it.clone().with_allowance(tape.allowance()).unwrap_or(it),
            |tape, it| it.clone().with_top_up(tape.top_up()).unwrap_or(it),
            |tape, it| it.clone().with_top_up(tape.top_up()).unwrap_or(it),
            |tape, it| it.clone().with_reward(tape.reward()).unwrap_or(it),
            |tape, it| it.clone().with_reward(tape.reward()).unwrap_or(it),
            |tape, it| it.with_fact(PlanFact::new(tape.one(&NAMES), tape.value()).unwrap()).unwrap(),
            |tape, it| {
                let fact = PlanFact::new(tape.one(&NAMES), tape.value()).unwrap().for_days(tape.days());
                it.clone().with_fact(fact).unwrap_or(it)
            },
            |tape, it| it.with_refund(RefundTerms::new(tape.days(), tape.amount()).unwrap()),
            |tape, it| it.with_at_end(tape.kind(), tape.one(&[AtEnd::Expire, AtEnd::Keep])),
            |tape, it| it.with_at_end(tape.kind(), tape.one(&[AtEnd::Expire, AtEnd::Keep])),
            |_, it| it.with_upgrade(Upgrade::CarryOver),
            |_, it| it.with_proration(Proration::ByTime),
            |tape, it| it.with_grace_days(tape.one(&[0, 1, 90])).unwrap(),
            |tape, it| it.with_auto_top_up(AutoTopUp::new(tape.amount(), tape.amount()).unwrap()),
            |tape, it| {
                let notices = Notices::default().with_low_balance(tape.amount()).unwrap();
                it.with_notices(notices.with_expiring(tape.days()))
            },
        ];
        self.some(plan, &fold)
    }
}

/// Parts that were made once and are told again in the second plan are shared.
fn book(tape: &mut Tape<'_>) -> PlanBook {
    let first = tape.plan("first");
    let mut second = tape.plan("second");
    for allowance in first.allowances() {
        second = second.clone().with_allowance(allowance.clone()).unwrap_or(second);
    }
    for top_up in first.top_ups() {
        second = second.clone().with_top_up(top_up.clone()).unwrap_or(second);
    }
    let last = Plan::new("last".parse().unwrap(), first.edition().clone(), first.unit().clone());
    let book = PlanBook::new([first, second, last]).unwrap_or_else(|error| panic!("{error}"));
    if tape.flip() { book.with_base("last".parse().unwrap()).unwrap() } else { book }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_book_reads_back(bytes in prop::collection::vec(any::<u8>(), 0..250)) {
        let book = book(&mut Tape(&bytes));
        let text = book.to_toml();
        let read = PlanBook::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(&read, &book, "{}", text);
        prop_assert_eq!(read.to_toml(), text);
        for plan in book.plans() {
            let stored = serde_json::to_string(&**plan).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Plan>(&stored).unwrap(), &**plan, "{}", stored);
        }
    }
}
