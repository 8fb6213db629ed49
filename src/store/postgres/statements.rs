//! The statements, in the words of one schema.
//!
//! Arrays are taken apart side by side in a `SELECT`, which hands out a row at a time; in a `FROM`, each of them would
//! be laid down whole first. One array of each is a subquery, which hides its length from the planner: it would
//! otherwise find a plan of its own for each small batch, which takes longer than to carry it out.
//!
//! That one plan is made when a service begins and its tables have next to nothing in them. To join them, it would
//! read the whole of them for each batch, however large they have become; so what is looked up is looked up by
//! subqueries with a limit, which cannot be made joins, or is joined to what the planner takes for a single row.

use super::schema::PostgresSchema;

/// Moves heads, each from the version before its own, and adds what belongs to those that moved. It sees one moment:
/// an account that is at the version before, then and once its row is locked, was not written to in between, and so
/// none of its records was; so what was found to be new is inserted without another look. Rows are locked in the order
/// in which they are sent, which is that of the names, so that two of these do not wait for each other.
const COMMIT: &str = "
WITH records AS (
    SELECT unnest($21::text[]) AS account, unnest($22::text[]) AS name, unnest((SELECT $23::bool[])) AS is_new,
        unnest($24::timestamptz[]) AS done_at, unnest($25::int8[]) AS first_entry, unnest($26::int8[]) AS last_entry,
        unnest($27::text[]) AS body
), taken AS (
    SELECT new.account FROM records AS new
    WHERE new.is_new
      AND (SELECT true FROM {s}.record AS old WHERE old.account = new.account AND old.name = new.name LIMIT 1)
), moved AS ({moved}
    RETURNING old.account
), added AS (
    INSERT INTO {s}.entry (account, seq, at, kind, key, available, held, body)
    SELECT new.account, new.seq, new.at, new.kind, new.key, new.available::numeric, new.held::numeric, new.body
    FROM (
        SELECT unnest($13::text[]) AS account, unnest((SELECT $14::int8[])) AS seq, unnest($15::timestamptz[]) AS at,
            unnest($16::text[]) AS kind, unnest($17::text[]) AS key, unnest($18::text[]) AS available,
            unnest($19::text[]) AS held, unnest($20::text[]) AS body
    ) AS new
    WHERE new.account IN (SELECT moved.account FROM moved)
), noted AS (
    {records} AND new.is_new
), kept AS (
    {records} AND NOT new.is_new
    ON CONFLICT (account, name) DO UPDATE
    SET done_at = excluded.done_at, first_entry = excluded.first_entry, last_entry = excluded.last_entry,
        body = excluded.body
)
SELECT moved.account FROM moved";

/// Heads of accounts that are there. That a version is the one after what was expected is known: it is asked for
/// because the planner then counts on a single row.
const ADVANCED: &str = "
    UPDATE {s}.account AS old
    SET version = new.version, seq = new.seq, unit = new.unit, status = new.status, plan = new.plan,
        available = new.available::numeric, held = new.held::numeric, debt = new.debt::numeric,
        lapses_at = new.lapses_at, body = new.body
    FROM {heads}
    WHERE old.account = new.account AND old.version = new.expected AND new.version = new.expected + 1
      AND new.account NOT IN (SELECT taken.account FROM taken)";

/// Heads of accounts of which some are not there yet, which takes the server about a third longer.
const MADE: &str = "
    INSERT INTO {s}.account AS old
        (account, version, seq, unit, status, plan, available, held, debt, lapses_at, body)
    SELECT new.account, new.version, new.seq, new.unit, new.status, new.plan,
        new.available::numeric, new.held::numeric, new.debt::numeric, new.lapses_at, new.body
    FROM {heads}
    WHERE new.expected = coalesce((SELECT at.version FROM {s}.account AS at WHERE at.account = new.account), 0)
      AND new.account NOT IN (SELECT taken.account FROM taken)
    ON CONFLICT (account) DO UPDATE
    SET version = excluded.version, seq = excluded.seq, unit = excluded.unit, status = excluded.status,
        plan = excluded.plan, available = excluded.available, held = excluded.held, debt = excluded.debt,
        lapses_at = excluded.lapses_at, body = excluded.body
    WHERE old.version = excluded.version - 1";

const HEADS: &str = "(
        SELECT unnest($1::text[]) AS account, unnest((SELECT $2::int8[])) AS expected, unnest($3::int8[]) AS version,
            unnest($4::int8[]) AS seq, unnest($5::text[]) AS unit, unnest($6::text[]) AS status,
            unnest($7::text[]) AS plan, unnest($8::text[]) AS available, unnest($9::text[]) AS held,
            unnest($10::text[]) AS debt, unnest($11::timestamptz[]) AS lapses_at, unnest($12::text[]) AS body
    ) AS new";

/// The records of the accounts that moved, on their way into the table.
const MOVED_RECORDS: &str = "
    INSERT INTO {s}.record (account, name, done_at, first_entry, last_entry, body)
    SELECT new.account, new.name, new.done_at, new.first_entry, new.last_entry, new.body
    FROM records AS new
    WHERE new.account IN (SELECT moved.account FROM moved)";

const LOAD: &str = "
SELECT ask.place, NULL AS name, head.version, head.seq, head.body, NULL AS entries
FROM unnest((SELECT $1::text[])) WITH ORDINALITY AS ask (account, place)
CROSS JOIN LATERAL (
    SELECT account.version, account.seq, account.body FROM {s}.account AS account
    WHERE account.account = ask.account LIMIT 1
) AS head
UNION ALL
SELECT ask.place, found.name, found.first_entry, found.last_entry, found.body, found.entries
FROM unnest((SELECT $2::int8[]), $3::text[], $4::text[]) AS ask (place, account, name)
CROSS JOIN LATERAL (
    SELECT record.name, record.first_entry, record.last_entry, record.body, {caused} AS entries
    FROM {s}.record AS record WHERE record.account = ask.account AND record.name = ask.name LIMIT 1
) AS found";

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

/// The first that are found, in the order in which they lie, which is about that of their age: no index tells how old
/// they are, as every commit would pay for it. Arrays, so that each is then looked up by its name.
const FORGET: &str = "
WITH old AS (
    SELECT array_agg(found.account ORDER BY found.account, found.name) AS accounts,
        array_agg(found.name ORDER BY found.account, found.name) AS names
    FROM (SELECT record.account, record.name FROM {s}.record AS record WHERE record.done_at < $1 LIMIT $2) AS found
), forgotten AS (
    DELETE FROM {s}.record AS record
    USING unnest((SELECT old.accounts FROM old), (SELECT old.names FROM old)) AS gone (account, name)
    WHERE record.account = gone.account AND record.name = gone.name
    RETURNING 1
)
SELECT count(*) FROM forgotten";

#[derive(Clone, Debug)]
pub(super) struct Statements {
    /// Of accounts that are there.
    pub(super) advance: String,
    /// Of any.
    pub(super) commit: String,
    pub(super) load: String,
    pub(super) entries: String,
    pub(super) accounts: String,
    pub(super) records: String,
    pub(super) forget: String,
}

impl Statements {
    pub(super) fn of(schema: &PostgresSchema) -> Self {
        let [advance, commit] = [ADVANCED, MADE].map(|moved| COMMIT.replace("{moved}", moved));
        let of = |text: &str| {
            let parts = [("{heads}", HEADS), ("{records}", MOVED_RECORDS), ("{caused}", CAUSED)];
            schema.fill(&parts.iter().fold(text.to_owned(), |text, (name, part)| text.replace(name, part)))
        };
        Self {
            advance: of(&advance),
            commit: of(&commit),
            load: of(LOAD),
            entries: of(ENTRIES),
            accounts: of(ACCOUNTS),
            records: of(RECORDS),
            forget: of(FORGET),
        }
    }
}
