//! What happened in a period, for people and for spreadsheets.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, Months, NaiveTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use studio_credits::{AccountId, account::Statement, journal::Entry};

use crate::{account::Payer, problem::Problem, studio::Studio};

/// How many entries a statement has at most, and how many are read at once.
const ENTRIES_MAX: usize = 10_000;
const PAGE: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The present month, unless both ends are named.
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    format: Option<Format>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Format {
    Csv,
    Json,
}

#[derive(Serialize)]
struct Told<'e> {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    summary: Statement,
    entries: &'e [Arc<Entry>],
}

pub(crate) async fn statement(
    State(studio): State<Arc<Studio>>,
    Payer(account): Payer,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let refused = |detail: String| Problem::new(StatusCode::BAD_REQUEST, "query", detail);
    let Query(asked) = asked.map_err(|error| refused(error.body_text()))?;
    let month = month_of(studio.now()).ok_or_else(|| Problem::internal(&"a month that is none"))?;
    let (from, until) = (asked.from.unwrap_or(month.0), asked.until.unwrap_or(month.1));
    if until <= from {
        return Err(refused("a period ends after it begins".to_owned()));
    }
    let entries = studio.entries_of(&account, from, until).await?;
    if let Format::Csv = asked.format.unwrap_or_else(|| accepted(&headers)) {
        let name = "attachment; filename=\"statement.csv\"";
        let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, name), (VARY, "accept")];
        return Ok((headers, csv(&entries)).into_response());
    }
    let summary = Statement::of(from, until, entries.iter().map(AsRef::as_ref));
    let summary = summary.ok_or_else(|| Problem::internal(&"a journal with a gap"))?;
    Ok(([(VARY, "accept")], Json(Told { from, until, summary, entries: &entries })).into_response())
}

impl Studio {
    /// The entries of a period, unless they are more than a statement has.
    async fn entries_of(
        &self,
        account: &AccountId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Arc<Entry>>, Problem> {
        let before = self.ledger.entries_before(account, from).await?;
        let last = self.ledger.entries_before(account, until).await?;
        let Some(count) = usize::try_from(last - before).ok().filter(|count| *count <= ENTRIES_MAX) else {
            let detail = format!("the period has more than {ENTRIES_MAX} entries: ask for a shorter one");
            return Err(Problem::unprocessable("period", detail));
        };
        let mut entries: Vec<Arc<Entry>> = Vec::with_capacity(count);
        while entries.len() < count {
            let after = entries.last().map_or(before, |entry| entry.seq);
            let page = self.ledger.entries(account, after, PAGE.min(count - entries.len())).await?;
            if page.is_empty() {
                break;
            }
            entries.extend(page);
        }
        Ok(entries)
    }
}

/// The month of the calendar, in UTC.
fn month_of(now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let from = now.date_naive().with_day(1)?.and_time(NaiveTime::MIN).and_utc();
    Some((from, from.checked_add_months(Months::new(1))?))
}

fn accepted(headers: &HeaderMap) -> Format {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let wants_csv = accept.split([',', ';']).any(|kind| kind.trim().eq_ignore_ascii_case("text/csv"));
    if wants_csv { Format::Csv } else { Format::Json }
}

/// One row an entry, with the sums after it. No field needs quotes, as keys have letters, digits and `-_.:/` alone.
fn csv(entries: &[Arc<Entry>]) -> String {
    let mut rows = "seq,at,what,key,available,held,spent,expired,revoked,debt\r\n".to_owned();
    for entry in entries {
        let (at, what) = (entry.at.to_rfc3339_opts(SecondsFormat::AutoSi, true), entry.fact.kind());
        let (key, sums) = (entry.key.as_ref().map_or("", AsRef::as_ref), &entry.totals);
        let _ = write!(
            rows,
            "{},{at},{what},{key},{},{},{},{},{},{}\r\n",
            entry.seq, sums.available, sums.held, sums.spent, sums.expired, sums.revoked, sums.debt
        );
    }
    rows
}
