//! How often some work can be paid for.

use chrono::{DateTime, Utc};

use super::{Account, DecideError, Records, permit::Ceiling};
use crate::{ids::Key, spend::Spend};

impl Account {
    /// How many times in a row the same work can be held now, by what is available for it and by the limits on credits;
    /// `None` is without end, as it is free. Whether it can be done at all is [explained](Account::explain).
    ///
    /// ```
    /// use studio_credits::{AccountId, Credits, Model, Spend, Studio, Unit, Work, account::Account, books};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let account = account.under(books::imagineart_plans().into());
    /// let work = Work::new(Studio::new("image")?, Model::new("seedream-v4.5")?);
    /// let spend = Spend::new(work, Credits::from_whole(24))?;
    /// assert_eq!(account.affords(&spend, "2026-11-29T12:00:00Z".parse()?)?, Some(2)); // of 50 a day
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Account::balance_at`], and [`DecideError::Declined`] when whoever asks for the work is no member.
    pub fn affords(&self, spend: &Spend, now: DateTime<Utc>) -> Result<Option<u64>, DecideError> {
        let (key, records) = (Key::of_nobody(), Records::default());
        let draft = self.seen_at(&records, &key, now)?;
        let staged = &draft.staged;
        let available = staged.reach(spend.work(), draft.at).available;
        let plan = staged.plan_at(draft.at).map(AsRef::as_ref);
        let room = staged.ceilings(plan, spend.work(), draft.at)?.iter().filter_map(Ceiling::room).min();
        let most = room.map_or(available, |room| room.min(available));
        Ok(most.times(spend.amount()))
    }
}
