CREATE SCHEMA IF NOT EXISTS {s};
CREATE TABLE IF NOT EXISTS {s}.migration (
    version int4 PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO {s}.migration (version) VALUES (1);

CREATE TABLE {s}.account (
    account text COLLATE "C" NOT NULL PRIMARY KEY,
    version int8 NOT NULL,
    seq int8 NOT NULL,
    unit text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    plan text COLLATE "C",
    available numeric NOT NULL,
    held numeric NOT NULL,
    debt numeric NOT NULL,
    lapses_at timestamptz,
    body text COLLATE "C" NOT NULL
) WITH (
    fillfactor = 50,
    toast_tuple_target = 8160,
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_threshold = 5000
);

CREATE TABLE {s}.entry (
    account text COLLATE "C" NOT NULL,
    seq int8 NOT NULL,
    at timestamptz NOT NULL,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C",
    available numeric NOT NULL,
    held numeric NOT NULL,
    body text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, seq)
) WITH (
    toast_tuple_target = 8160,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 500000,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_threshold = 5000
);

CREATE TABLE {s}.record (
    account text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    done_at timestamptz,
    first_entry int8,
    last_entry int8,
    body text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, name)
) WITH (
    toast_tuple_target = 8160,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 500000,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_threshold = 5000
);
