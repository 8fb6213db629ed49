CREATE TABLE account (
    id int8 PRIMARY KEY,
    balance numeric NOT NULL CHECK (balance >= 0),
    held numeric NOT NULL DEFAULT 0 CHECK (held >= 0)
) WITH (fillfactor = 50);

CREATE TABLE hold (
    id uuid PRIMARY KEY,
    account int8 NOT NULL,
    amount numeric NOT NULL,
    settled numeric
);

CREATE TABLE charge (
    key uuid PRIMARY KEY,
    account int8 NOT NULL,
    amount numeric NOT NULL,
    remaining numeric NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
