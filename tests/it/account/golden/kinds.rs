//! The kinds of what is stored, each of which has a file.

use studio_credits::Portion;
use studio_credits::journal::{
    Adjustment, Command, Event, Record, ReferredState, RewardCommand, SubscriptionCommand, TeamCommand,
};

pub(super) fn command(command: &Command) -> &'static str {
    match command {
        Command::Grant(_) => "grant",
        Command::Hold(_) => "hold",
        Command::Settle { settlement, .. } => match settlement.due() {
            Portion::Whole => "settle-whole",
            Portion::Exactly(_) => "settle-exactly",
            Portion::Items(_) => "settle-items",
            Portion::Priced { .. } => "settle-priced",
        },
        Command::MarkUnknown { .. } => "mark-unknown",
        Command::Extend { .. } => "extend",
        Command::Release { .. } => "release",
        Command::Charge(_) => "charge",
        Command::Refund { .. } => "refund",
        Command::Revoke { .. } => "revoke",
        Command::ChargeBack { .. } => "charge-back",
        Command::Adjust { adjustment: Adjustment::Give(_), .. } => "adjust-give",
        Command::Adjust { adjustment: Adjustment::Take(_), .. } => "adjust-take",
        Command::Adjust { adjustment: Adjustment::Forgive(_), .. } => "adjust-forgive",
        Command::Freeze { .. } => "freeze",
        Command::Thaw { .. } => "thaw",
        Command::Close { .. } => "close",
        Command::RepairMark { .. } => "repair-mark",
        Command::Subscription(SubscriptionCommand::Subscribe { .. }) => "subscribe",
        Command::Subscription(SubscriptionCommand::Renew { .. }) => "renew",
        Command::Subscription(SubscriptionCommand::Upgrade { .. }) => "upgrade",
        Command::Subscription(SubscriptionCommand::Schedule { .. }) => "schedule",
        Command::Subscription(SubscriptionCommand::Cancel { .. }) => "cancel",
        Command::Subscription(SubscriptionCommand::End { .. }) => "end",
        Command::Subscription(SubscriptionCommand::Resume { .. }) => "resume",
        Command::Subscription(SubscriptionCommand::FailPayment { .. }) => "fail-payment",
        Command::BuyTopUp { .. } => "buy-top-up",
        Command::Reward(RewardCommand::Give { .. }) => "reward-give",
        Command::Reward(RewardCommand::Promise { .. }) => "reward-promise",
        Command::Reward(RewardCommand::TakeBack { .. }) => "reward-take-back",
        Command::Team(TeamCommand::Join { .. }) => "team-join",
        Command::Team(TeamCommand::Limit { .. }) => "team-limit",
        Command::Team(TeamCommand::Leave { .. }) => "team-leave",
        Command::SetZone { .. } => "set-zone",
        Command::SetAutoTopUp { .. } => "set-auto-top-up",
    }
}

pub(super) fn record(record: &Record) -> String {
    match record {
        Record::Receipt(_) => "receipt".to_owned(),
        Record::Charge(charge) => format!("charge-{}", charge.state.as_str()),
        Record::Lot(_) => "lot".to_owned(),
        Record::Reference { .. } => "reference".to_owned(),
        Record::Referred(referred) => match referred.state {
            ReferredState::Pending => "referred-pending".to_owned(),
            ReferredState::Given { .. } => "referred-given".to_owned(),
            ReferredState::Revoked => "referred-revoked".to_owned(),
        },
    }
}

pub(super) fn event(event: &Event) -> &'static str {
    match event {
        Event::AllowanceGranted { .. } => "allowance-granted",
        Event::LowBalance { .. } => "low-balance",
        Event::RunOut => "run-out",
        Event::ExpiringSoon { .. } => "expiring-soon",
        Event::AutoTopUpDue { .. } => "auto-top-up-due",
        Event::PlanChanged { .. } => "plan-changed",
        Event::SubscriptionEnded { .. } => "subscription-ended",
        other => panic!("{other:?} has no file"),
    }
}
