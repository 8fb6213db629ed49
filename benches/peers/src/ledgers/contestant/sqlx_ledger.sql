-- What the queries of sqlx-ledger 0.11 ask for, with the keys of the migrations in its repository. The events that its
-- subscribers read, and the triggers that write them, are left out.

CREATE TYPE DebitOrCredit AS ENUM ('debit', 'credit');
CREATE TYPE Status AS ENUM ('active');
CREATE TYPE Layer AS ENUM ('settled', 'pending', 'encumbered');

CREATE TABLE sqlx_ledger_journals (
    id uuid, version int4 DEFAULT 1, name text NOT NULL, description text, status Status NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version), UNIQUE (name, version)
);

CREATE TABLE sqlx_ledger_accounts (
    id uuid, version int4 DEFAULT 1, code text NOT NULL, name text NOT NULL, normal_balance_type DebitOrCredit NOT NULL,
    description text, status Status NOT NULL, metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(), modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version), UNIQUE (code, version), UNIQUE (name, version)
);

CREATE TABLE sqlx_ledger_tx_templates (
    id uuid, version int4 DEFAULT 1, code text NOT NULL, description text, params jsonb, tx_input jsonb NOT NULL,
    entries jsonb NOT NULL, metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(), modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version), UNIQUE (code, version)
);

CREATE TABLE sqlx_ledger_transactions (
    id uuid, version int4 DEFAULT 1, journal_id uuid NOT NULL, tx_template_id uuid NOT NULL, effective date NOT NULL,
    correlation_id uuid NOT NULL, external_id text NOT NULL, description text, metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(), modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version), UNIQUE (external_id, version)
);

CREATE TABLE sqlx_ledger_entries (
    id uuid, version int4 DEFAULT 1, transaction_id uuid NOT NULL, account_id uuid NOT NULL, journal_id uuid NOT NULL,
    entry_type text NOT NULL, layer Layer NOT NULL, units numeric NOT NULL, currency text NOT NULL,
    direction DebitOrCredit NOT NULL, sequence int4 NOT NULL, description text,
    created_at timestamptz NOT NULL DEFAULT now(), modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version)
);

CREATE TABLE sqlx_ledger_balances (
    journal_id uuid, account_id uuid, entry_id uuid NOT NULL, currency text,
    settled_dr_balance numeric NOT NULL, settled_cr_balance numeric NOT NULL,
    settled_entry_id uuid NOT NULL, settled_modified_at timestamptz NOT NULL,
    pending_dr_balance numeric NOT NULL, pending_cr_balance numeric NOT NULL,
    pending_entry_id uuid NOT NULL, pending_modified_at timestamptz NOT NULL,
    encumbered_dr_balance numeric NOT NULL, encumbered_cr_balance numeric NOT NULL,
    encumbered_entry_id uuid NOT NULL, encumbered_modified_at timestamptz NOT NULL,
    version int4, created_at timestamptz NOT NULL, modified_at timestamptz NOT NULL,
    PRIMARY KEY (journal_id, account_id, currency, version)
);

CREATE TABLE sqlx_ledger_current_balances (
    journal_id uuid, account_id uuid, currency text, version int4 NOT NULL,
    PRIMARY KEY (journal_id, account_id, currency)
);
