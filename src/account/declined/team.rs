//! What a team refuses.

use serde::Serialize;

use crate::{
    account::{DecideError, Declined, Lifts},
    credits::Credits,
    ids::Member,
};

/// Why a team does not change, or somebody may not do what only members or owners may.
///
/// Complete on purpose: whoever asks must have an answer for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TeamDeclined {
    /// The only owner leaves, and others stay.
    #[error("`{member}` is the only owner: members are left")]
    LastOwner {
        /// The member.
        member: Member,
    },
    /// A member is to be limited to less than was used of the month.
    #[error("`{member}` cannot be limited to {max} a month: {used} is used already")]
    LimitBelowUse {
        /// The member.
        member: Member,
        /// What the limit was to be.
        max: Credits,
        /// What was used.
        used: Credits,
    },
    /// Somebody who is a member joins.
    #[error("`{member}` is a member already")]
    MemberAlready {
        /// The member.
        member: Member,
    },
    /// The account has members, and nobody is named.
    #[error("the account has members: the work names none of them")]
    NoMember,
    /// The first member is not an owner.
    #[error("`{member}` would be the first member: that is an owner")]
    NoOwner {
        /// The member.
        member: Member,
    },
    /// Every seat is taken.
    #[error("`{member}` finds no seat: there are {seats}, and all are taken{lifts}")]
    NoSeat {
        /// Who was to join.
        member: Member,
        /// How many seats there are.
        seats: usize,
        /// What would lift it.
        lifts: Lifts,
    },
    /// Somebody is not a member, or no longer.
    #[error("`{member}` is no member of the account")]
    NotAMember {
        /// Who.
        member: Member,
    },
    /// Only owners purchase.
    #[error("`{member}` is no owner: only owners purchase")]
    NotAnOwner {
        /// The member.
        member: Member,
    },
}

impl From<TeamDeclined> for Box<Declined> {
    fn from(declined: TeamDeclined) -> Self {
        Declined::Team(declined).into()
    }
}

impl From<TeamDeclined> for DecideError {
    fn from(declined: TeamDeclined) -> Self {
        Declined::Team(declined).into()
    }
}
