//! What people may do, by their role, and who may give a role to whom.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::scope::{Scope, Scopes};
use crate::problem::Code;

/// What a member is to a merchant, the highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, other owners too.
    Owner,
    /// Everything but owners.
    Admin,
    /// Integrates: payments without moving money, webhooks, rules.
    Developer,
    /// Helps customers: payments, captures, voids and refunds.
    Support,
    /// Reads.
    Viewer,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Developer, Self::Support, Self::Viewer];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Developer => "developer",
            Self::Support => "support",
            Self::Viewer => "viewer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn scopes(self) -> Scopes {
        use Scope::*;
        const READ: [Scope; 6] =
            [PaymentsRead, EventsRead, WebhooksRead, RulesRead, ReportsRead, AccountRead];
        let more: &[Scope] = match self {
            Self::Owner | Self::Admin => return Scopes::Everything,
            Self::Developer => &[PaymentsWrite, WebhooksWrite, RulesWrite],
            Self::Support => &[PaymentsWrite, PaymentsOperate],
            Self::Viewer => &[],
        };
        Scopes::Only([&READ, more].concat())
    }
}

/// Who changes a member.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// A member, with the role that they have at this moment.
    Member { wallet: &'a str, role: Role },
    /// A key or a client.
    Machine(&'a Scopes),
}

/// A change of what `wallet` is; nothing means no member.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    pub by: By<'a>,
    pub wallet: &'a str,
    pub from: Option<Role>,
    pub to: Option<Role>,
    /// How many owners there are before it.
    pub owners: usize,
}

impl Change<'_> {
    /// Why it may not be, if it may not.
    pub fn judge(&self) -> Result<(), (Code, &'static str)> {
        let (is_owner, scopes) = match self.by {
            By::Member { role, .. } => (role == Role::Owner, role.scopes()),
            By::Machine(scopes) => (false, scopes.clone()),
        };
        let exceeded = |detail| Err((Code::RightsExceeded, detail));
        let is_self = matches!(self.by, By::Member { wallet, .. } if wallet == self.wallet);
        let leaves = is_self && self.to.is_none();
        if !leaves && !scopes.allow(Scope::AccountWrite) {
            return exceeded("your role no longer lets you change members");
        }
        if self.from == self.to {
            return Ok(());
        }
        if [self.from, self.to].contains(&Some(Role::Owner)) && !is_owner {
            return exceeded("only an owner makes and removes owners");
        }
        if is_self && self.to.is_some_and(|to| self.from.is_none_or(|from| to < from)) {
            return exceeded("nobody raises themselves");
        }
        if self.to.is_some_and(|to| !scopes.cover(&to.scopes())) {
            return exceeded("nobody gives a role that may do more than they may");
        }
        if self.from == Some(Role::Owner) && self.owners <= 1 {
            return Err((Code::LastOwner, "a merchant has at least one owner; make another one first"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::*;

    fn judged(by: By<'_>, wallet: &str, from: Option<Role>, to: Option<Role>, owners: usize) -> Option<Code> {
        Change { by, wallet, from, to, owners }.judge().err().map(|(code, _)| code)
    }

    fn member(role: Role) -> By<'static> {
        By::Member { wallet: "me", role }
    }

    #[test]
    fn roles_are_scopes() {
        let table = [
            (Owner, "everything"),
            (Admin, "everything"),
            (
                Developer,
                "payments:read events:read webhooks:read rules:read reports:read account:read \
                 payments:write webhooks:write rules:write",
            ),
            (
                Support,
                "payments:read events:read webhooks:read rules:read reports:read account:read \
                 payments:write payments:operate",
            ),
            (Viewer, "payments:read events:read webhooks:read rules:read reports:read account:read"),
        ];
        for (role, scopes) in table {
            let found = role.scopes().to_stored().map_or("everything".to_owned(), |names| names.join(" "));
            assert_eq!(found, scopes);
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }

    #[test]
    fn only_owners_make_and_remove_owners() {
        assert_eq!(judged(member(Owner), "other", Some(Admin), Some(Owner), 1), None);
        assert_eq!(judged(member(Owner), "other", Some(Owner), None, 2), None);
        for by in [member(Admin), By::Machine(&Scopes::Everything)] {
            assert_eq!(judged(by, "other", None, Some(Owner), 1), Some(Code::RightsExceeded));
            assert_eq!(judged(by, "other", Some(Owner), Some(Viewer), 2), Some(Code::RightsExceeded));
            assert_eq!(judged(by, "other", None, Some(Admin), 1), None);
        }
    }

    #[test]
    fn nobody_raises_themselves_or_others_above_them() {
        assert_eq!(judged(member(Admin), "me", Some(Admin), Some(Owner), 1), Some(Code::RightsExceeded));
        assert_eq!(judged(member(Admin), "me", Some(Admin), Some(Viewer), 1), None);
        let keys = Scopes::Only(vec![Scope::AccountWrite]);
        assert_eq!(judged(By::Machine(&keys), "other", None, Some(Viewer), 1), Some(Code::RightsExceeded));
        assert_eq!(judged(By::Machine(&keys), "other", Some(Viewer), None, 1), None);
        assert_eq!(judged(member(Viewer), "other", Some(Viewer), None, 1), Some(Code::RightsExceeded));
    }

    #[test]
    fn whoever_is_a_member_may_leave() {
        for role in [Admin, Developer, Support, Viewer] {
            assert_eq!(judged(member(role), "me", Some(role), None, 1), None);
        }
        assert_eq!(judged(member(Viewer), "me", Some(Viewer), Some(Support), 1), Some(Code::RightsExceeded));
    }

    #[test]
    fn one_owner_remains() {
        assert_eq!(judged(member(Owner), "me", Some(Owner), None, 1), Some(Code::LastOwner));
        assert_eq!(judged(member(Owner), "me", Some(Owner), Some(Admin), 1), Some(Code::LastOwner));
        assert_eq!(judged(member(Owner), "me", Some(Owner), Some(Owner), 1), None);
        assert_eq!(judged(member(Owner), "me", Some(Owner), Some(Admin), 2), None);
    }
}
