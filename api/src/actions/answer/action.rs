//! What a Blink shows.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ActionError, Parameter};

/// Our icons, as they are served under `/icons/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Pay,
    Donate,
    Stake,
    Burn,
    Dispute,
}

impl Icon {
    fn name(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Donate => "donate",
            Self::Stake => "stake",
            Self::Burn => "burn",
            Self::Dispute => "dispute",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActionType {
    /// Something can be done.
    Action,
    /// It is done, and nothing follows.
    Completed,
}

/// What a client shows: a card with buttons, or that everything is done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Action {
    #[serde(rename = "type")]
    pub kind: ActionType,
    /// An absolute URL.
    pub icon: String,
    /// Who or what asks.
    pub title: String,
    pub description: String,
    /// Of the button, where there is one: at most five words, a verb first.
    pub label: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Links>,
    /// Why the button is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ActionError>,
}

/// The buttons of an Action, in the place of its own.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Links {
    actions: Vec<LinkedAction>,
}

impl Action {
    /// With one button, which posts to the address that the Action was read from.
    pub fn new(public_url: &str, icon: Icon, title: &str, description: String, label: &str) -> Self {
        Self {
            kind: ActionType::Action,
            icon: format!("{public_url}/icons/{}.png", icon.name()),
            title: title.to_owned(),
            description,
            label: label.to_owned(),
            disabled: false,
            links: None,
            error: None,
        }
    }

    /// With these buttons.
    pub fn with(self, actions: Vec<LinkedAction>) -> Self {
        Self { links: Some(Links { actions }), ..self }
    }

    /// With a button that nobody can press, and the reason.
    pub fn closed(self, label: &str, reason: impl Into<String>) -> Self {
        let error = Some(ActionError::reason(reason));
        Self { label: label.to_owned(), disabled: true, links: None, error, ..self }
    }

    /// Nothing follows.
    pub fn completed(self) -> Self {
        Self { kind: ActionType::Completed, links: None, ..self }
    }
}

/// What pressing a button leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkedActionType {
    Transaction,
    Message,
    Post,
}

/// A button, and the fields before it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinkedAction {
    #[serde(rename = "type")]
    kind: LinkedActionType,
    /// Relative to the origin. `{name}` stands for the value of the parameter of that name.
    href: String,
    label: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
}

impl LinkedAction {
    /// A button that asks for a transaction.
    pub fn transaction(href: String, label: impl Into<String>) -> Self {
        Self { kind: LinkedActionType::Transaction, href, label: label.into(), parameters: Vec::new() }
    }

    /// A button that asks for a text to sign.
    pub fn message(href: String, label: &str) -> Self {
        Self { kind: LinkedActionType::Message, ..Self::transaction(href, label) }
    }

    /// A button after which nothing is to be signed.
    pub fn post(href: String, label: &str) -> Self {
        Self { kind: LinkedActionType::Post, ..Self::transaction(href, label) }
    }

    /// With a field. What must be given is sent in the query; what may be left out, or may be long, in the body, because
    /// not every client removes a place that has no value.
    pub fn asking(mut self, parameter: Parameter) -> Self {
        if parameter.fits_query() {
            let (name, separator) = (parameter.name(), if self.href.contains('?') { '&' } else { '?' });
            self.href = format!("{}{separator}{name}={{{name}}}", self.href);
        }
        self.parameters.push(parameter);
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_short_and_must_be_given_stands_in_the_query() {
        let button = LinkedAction::transaction("/actions/stake/p".to_owned(), "Stake")
            .asking(Parameter::decimal("tier", "Tier", None, None))
            .asking(Parameter::decimal("amount", "Amount", None, None))
            .asking(Parameter::textarea("statement", "What happened?", 1..=2_000))
            .asking(Parameter::decimal("donation", "Donation", None, None).optional());
        assert_eq!(button.href, "/actions/stake/p?tier={tier}&amount={amount}");
        assert_eq!(button.parameters.len(), 4);
    }

    #[test]
    fn what_is_done_has_no_buttons() {
        let action = Action::new("https://pay.example", Icon::Pay, "Shop", "Paid.".to_owned(), "Paid");
        let action = action.with(vec![LinkedAction::post("/x".to_owned(), "X")]).completed();
        let expected = json!({
            "type": "completed", "icon": "https://pay.example/icons/pay.png", "title": "Shop",
            "description": "Paid.", "label": "Paid",
        });
        assert_eq!(serde_json::to_value(action).unwrap(), expected);
    }
}
