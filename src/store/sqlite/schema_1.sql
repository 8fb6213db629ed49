CREATE TABLE studio_credits_migration (
    version     INTEGER NOT NULL PRIMARY KEY,
    migrated_at TEXT    NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

CREATE TABLE studio_credits_account (
    account   TEXT    NOT NULL PRIMARY KEY,
    version   INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    unit      TEXT    NOT NULL,
    status    TEXT    NOT NULL,
    plan      TEXT,
    available TEXT    NOT NULL,
    held      TEXT    NOT NULL,
    debt      TEXT    NOT NULL,
    lapses_at INTEGER,
    snapshot  TEXT    NOT NULL
) STRICT;

CREATE INDEX studio_credits_account_holding ON studio_credits_account (account, lapses_at)
    WHERE lapses_at IS NOT NULL;

CREATE TABLE studio_credits_entry (
    account   TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    key       TEXT,
    available TEXT    NOT NULL,
    held      TEXT    NOT NULL,
    entry     TEXT    NOT NULL,
    PRIMARY KEY (account, seq)
) STRICT;

CREATE TABLE studio_credits_record (
    account     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    done_at     INTEGER,
    first_entry INTEGER,
    last_entry  INTEGER,
    record      TEXT    NOT NULL,
    PRIMARY KEY (account, name)
) STRICT;

CREATE INDEX studio_credits_record_done ON studio_credits_record (done_at)
    WHERE done_at IS NOT NULL;

INSERT INTO studio_credits_migration (version) VALUES (1);
