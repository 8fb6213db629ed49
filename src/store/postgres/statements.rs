//! The statements, in the words of one schema.
//!
//! In those that take arrays, one array of each `unnest` is a subquery, which hides its length from the planner: it would
//! otherwise find a plan of its own for each small batch, which takes longer than to carry it out.

use super::schema::PostgresSchema;

/// Moves heads, each from the version before its own, and adds what belongs to those that moved. It sees one moment:
/// an account that is at the version before, then and once its row is locked, was not written to in between, and so
/// none of its records was. Rows are locked in the order of their names, so that two of these do not wait for each
/// other.
///
/// What is looked up is joined: a plan from when a table was small reads the whole table, until the server has analysed
/// it again, but then once for all commits and not once for each.
const COMMIT: &str = "
WITH taken AS (
    SELECT new.account
    FROM unnest($21::text[], $22::text[], (SELECT $23::bool[])) AS new (account, name, is_new)
    WHERE new.is_new
      AND EXISTS (SELECT FROM {s}.record AS old WHERE old.account = new.account AND old.name = new.name)
), moved AS (
    INSERT INTO {s}.account AS old
        (account, version, seq, unit, status, plan, available, held, debt, lapses_at, body)
    SELECT new.account, new.version, new.seq, new.unit, new.status, new.plan,
        new.available::numeric, new.held::numeric, new.debt::numeric, new.lapses_at, new.body
    FROM unnest($1::text[], (SELECT $2::int8[]), $3::int8[], $4::int8[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::text[])
        AS new (account, expected, version, seq, unit, status, plan, available, held, debt, lapses_at, body)
    LEFT JOIN {s}.account AS at ON at.account = new.account
    WHERE new.expected = coalesce(at.version, 0)
      AND new.account NOT IN (SELECT taken.account FROM taken)
    ORDER BY new.account COLLATE \"C\"
    ON CONFLICT (account) DO UPDATE
    SET version = excluded.version, seq = excluded.seq, unit = excluded.unit, status = excluded.status,
        plan = excluded.plan, available = excluded.available, held = excluded.held, debt = excluded.debt,
        lapses_at = excluded.lapses_at, body = excluded.body
    WHERE old.version = excluded.version - 1
    RETURNING old.account
), added AS (
    INSERT INTO {s}.entry (account, seq, at, kind, key, available, held, body)
    SELECT new.account, new.seq, new.at, new.kind, new.key, new.available::numeric, new.held::numeric, new.body
    FROM unnest($13::text[], (SELECT $14::int8[]), $15::timestamptz[], $16::text[], $17::text[],
            $18::text[], $19::text[], $20::text[])
        AS new (account, seq, at, kind, key, available, held, body)
    WHERE new.account IN (SELECT moved.account FROM moved)
), kept AS (
    INSERT INTO {s}.record (account, name, done_at, first_entry, last_entry, body)
    SELECT new.account, new.name, new.done_at, new.first_entry, new.last_entry, new.body
    FROM unnest($21::text[], $22::text[], $24::timestamptz[], (SELECT $25::int8[]), $26::int8[],
            $27::text[])
        AS new (account, name, done_at, first_entry, last_entry, body)
    WHERE new.account IN (SELECT moved.account FROM moved)
    ON CONFLICT (account, name) DO UPDATE
    SET done_at = excluded.done_at, first_entry = excluded.first_entry, last_entry = excluded.last_entry,
        body = excluded.body
)
SELECT moved.account FROM moved";

const LOAD: &str = "
SELECT ask.place, NULL AS name, head.version, head.seq, head.body, NULL AS entries
FROM unnest((SELECT $1::text[])) WITH ORDINALITY AS ask (account, place)
JOIN {s}.account AS head ON head.account = ask.account
UNION ALL
SELECT ask.place, record.name, record.first_entry, record.last_entry, record.body, {caused}
FROM unnest((SELECT $2::int8[]), $3::text[], $4::text[]) AS ask (place, account, name)
JOIN {s}.record AS record ON record.account = ask.account AND record.name = ask.name";

const ENTRIES: &str = "
SELECT seq, body FROM {s}.entry WHERE account = $1 AND seq > $2 ORDER BY seq LIMIT $3";

const ACCOUNTS: &str = "
SELECT account FROM {s}.account
WHERE account > $1 AND ($2 OR lapses_at <= $3)
ORDER BY account LIMIT $4";

const RECORDS: &str = "
SELECT record.name, record.first_entry, record.last_entry, record.body, {caused}
FROM {s}.record AS record WHERE record.account = $1 AND record.name > $2 ORDER BY record.name LIMIT $3";

/// The entries that a receipt is stored without, as one array of JSON.
const CAUSED: &str = "
(SELECT '[' || string_agg(entry.body, ',' ORDER BY entry.seq) || ']' FROM {s}.entry AS entry
    WHERE entry.account = record.account AND entry.seq BETWEEN record.first_entry AND record.last_entry)";

const FORGET: &str = "
WITH old AS (
    SELECT account, name FROM {s}.record WHERE done_at < $1 ORDER BY account, name LIMIT $2
), forgotten AS (
    DELETE FROM {s}.record AS record USING old
    WHERE record.account = old.account AND record.name = old.name
    RETURNING 1
)
SELECT count(*) FROM forgotten";

#[derive(Clone, Debug)]
pub(super) struct Statements {
    pub(super) commit: String,
    pub(super) load: String,
    pub(super) entries: String,
    pub(super) accounts: String,
    pub(super) records: String,
    pub(super) forget: String,
}

impl Statements {
    pub(super) fn of(schema: &PostgresSchema) -> Self {
        let [commit, load, entries, accounts, records, forget] = [COMMIT, LOAD, ENTRIES, ACCOUNTS, RECORDS, FORGET]
            .map(|text| schema.fill(&text.replace("{caused}", CAUSED)));
        Self { commit, load, entries, accounts, records, forget }
    }
}
