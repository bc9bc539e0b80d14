//! What a caller may do. A route names what it needs in the type of its [`Caller`](super::Caller), so that none can
//! forget to ask.

use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! scopes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)+) => {
        /// A right that a key, a client or a member can have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Scope {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl Scope {
            pub const ALL: &[Scope] = &[$(Scope::$name,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }

        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Needs for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )+
    };
}

/// Derived, it would show the names that Rust knows the scopes by.
impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A right that a key, a client or a member can have."))
            .enum_values(Some(Self::ALL.iter().map(|scope| scope.as_str())))
            .into()
    }
}

impl ToSchema for Scope {}

/// A type that stands for a scope.
pub trait Needs: Send + Sync + 'static {
    const SCOPE: Scope;
}

scopes! {
    /// Reads payments and their operations.
    PaymentsRead = "payments:read";
    /// Asks for payments, changes and cancels them.
    PaymentsWrite = "payments:write";
    /// Moves money: captures, voids, refunds, answers disputes.
    PaymentsOperate = "payments:operate";
    /// Reads events.
    EventsRead = "events:read";
    /// Reads webhook endpoints and their deliveries.
    WebhooksRead = "webhooks:read";
    /// Creates and changes webhook endpoints, and has deliveries made again.
    WebhooksWrite = "webhooks:write";
    /// Reads rules and what they decided.
    RulesRead = "rules:read";
    /// Changes rules.
    RulesWrite = "rules:write";
    /// Reads reports.
    ReportsRead = "reports:read";
    /// Reads the merchant, its stores, keys and members, and the audit log.
    AccountRead = "account:read";
    /// Changes the merchant, its stores, keys, clients and members.
    AccountWrite = "account:write";
}

/// The scopes of one caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scopes {
    Everything,
    Only(Vec<Scope>),
}

impl Scopes {
    /// As a row has them: nothing means everything. Names that this version does not know give no right.
    pub fn stored(names: Option<&[String]>) -> Self {
        match names {
            None => Self::Everything,
            Some(names) => Self::Only(names.iter().filter_map(|name| Scope::parse(name)).collect()),
        }
    }

    /// As a row keeps them: the opposite of [`Self::stored`].
    pub fn to_stored(&self) -> Option<Vec<String>> {
        match self {
            Self::Everything => None,
            Self::Only(scopes) => Some(scopes.iter().map(|scope| scope.as_str().to_owned()).collect()),
        }
    }

    /// Every scope by itself.
    pub fn each(&self) -> &[Scope] {
        match self {
            Self::Everything => Scope::ALL,
            Self::Only(scopes) => scopes,
        }
    }

    /// Whether whoever has these may give others those. Everything is more than the sum of today's scopes: it
    /// has tomorrow's too.
    pub fn cover(&self, others: &Scopes) -> bool {
        match (self, others) {
            (Self::Everything, _) => true,
            (Self::Only(_), Self::Everything) => false,
            (Self::Only(_), Self::Only(others)) => others.iter().all(|scope| self.allow(*scope)),
        }
    }

    pub fn allow(&self, scope: Scope) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(scopes) => scopes.contains(&scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_has_one_name() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(*scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
    }

    #[test]
    fn nothing_stored_is_everything_and_an_empty_list_is_nothing() {
        assert!(Scopes::stored(None).allow(Scope::AccountWrite));
        assert!(!Scopes::stored(Some(&[])).allow(Scope::PaymentsRead));
        let some = Scopes::stored(Some(&["payments:read".into(), "of another version".into()]));
        assert!(some.allow(Scope::PaymentsRead) && !some.allow(Scope::PaymentsWrite));
        for scopes in [Scopes::Everything, some, Scopes::Only(vec![])] {
            assert_eq!(Scopes::stored(scopes.to_stored().as_deref()), scopes);
        }
    }

    #[test]
    fn nobody_covers_more_than_they_have() {
        let all = Scopes::Only(Scope::ALL.to_vec());
        let some = Scopes::Only(vec![Scope::PaymentsRead, Scope::EventsRead]);
        let one = Scopes::Only(vec![Scope::EventsRead]);
        assert!(Scopes::Everything.cover(&Scopes::Everything) && Scopes::Everything.cover(&all));
        assert!(all.cover(&some) && some.cover(&one) && one.cover(&one));
        assert!(!all.cover(&Scopes::Everything) && !one.cover(&some));
    }
}
