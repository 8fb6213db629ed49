//! Whether a database has the tables that this build needs.

use std::error::Error;

/// Why a database is not opened as a store. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The tables were never made.
    #[error("there are no tables of version {needed}: run `migrate` once")]
    Missing {
        /// The version that this build needs.
        needed: u32,
    },
    /// The tables are those of an earlier build.
    #[error("the tables are of version {found}, and this build needs {needed}: run `migrate`")]
    Older {
        /// The version of the tables.
        found: u32,
        /// The version that this build needs.
        needed: u32,
    },
    /// The tables are those of a later build.
    #[error("the tables are of version {found}, and this build knows {needed} at most: run a newer build")]
    Newer {
        /// The version of the tables.
        found: u32,
        /// The version that this build needs.
        needed: u32,
    },
    /// Somebody changed the tables.
    #[error("the tables are not as `migrate` made them: {what}")]
    Edited {
        /// What is not as it was.
        what: String,
    },
    /// A schema cannot have that name.
    #[error("`{name}` is no name for a schema: 1 to 63 of a to z, 0 to 9 and `_`, not beginning with a digit or `pg_`")]
    Name {
        /// The name, or the beginning of one that is too long.
        name: String,
    },
    /// The database has no answer, or a refusal.
    #[error("{0}")]
    Database(#[source] Box<dyn Error + Send + Sync>),
}
