//! A hold, its settlement and a charge as lines between a wallet and the sales, for ledgers that post by templates.
//!
//! A hold is pending; the settlement takes that back, and books the same for good.

pub struct Template {
    pub code: &'static str,
    pub lines: &'static [Line],
}

pub struct Line {
    /// Which parameter has the account.
    pub account: &'static str,
    pub layer: &'static str,
    pub direction: &'static str,
}

pub const HOLD: &str = "HOLD";
pub const SETTLEMENT: &str = "SETTLEMENT";
pub const CHARGE: &str = "CHARGE";
pub const GRANT: &str = "GRANT";

pub const WALLET: &str = "wallet";
pub const SALES: &str = "sales";
pub const AMOUNT: &str = "amount";
/// What credits are counted as, since both know real currencies only.
pub const CURRENCY: &str = "USD";

const DEBIT: &str = "DEBIT";
const CREDIT: &str = "CREDIT";
const PENDING: &str = "PENDING";
const SETTLED: &str = "SETTLED";

pub const TEMPLATES: [Template; 4] = [
    Template { code: GRANT, lines: &[line(SALES, SETTLED, DEBIT), line(WALLET, SETTLED, CREDIT)] },
    Template { code: HOLD, lines: &[line(WALLET, PENDING, DEBIT), line(SALES, PENDING, CREDIT)] },
    Template {
        code: SETTLEMENT,
        lines: &[
            line(SALES, PENDING, DEBIT),
            line(WALLET, PENDING, CREDIT),
            line(WALLET, SETTLED, DEBIT),
            line(SALES, SETTLED, CREDIT),
        ],
    },
    Template { code: CHARGE, lines: &[line(WALLET, SETTLED, DEBIT), line(SALES, SETTLED, CREDIT)] },
];

const fn line(account: &'static str, layer: &'static str, direction: &'static str) -> Line {
    Line { account, layer, direction }
}
