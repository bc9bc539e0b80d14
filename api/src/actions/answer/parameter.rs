//! The fields before a button.

use serde::Serialize;
use till_store::Amount;
use till_store::domain::Money;
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ParameterType {
    Number,
    Textarea,
    Radio,
    Select,
}

/// A field. What it says of its values is for the client; everything is checked again here.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    #[serde(rename = "type")]
    kind: ParameterType,
    name: &'static str,
    label: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern_description: Option<String>,
    /// The least value of a number, the fewest characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    min: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    max: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<Choice>,
}

/// One of the values that a field may have.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Choice {
    label: String,
    value: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    selected: bool,
}

impl Choice {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), selected: false }
    }
}

impl Parameter {
    fn new(kind: ParameterType, name: &'static str, label: impl Into<String>) -> Self {
        Self {
            kind,
            name,
            label: label.into(),
            required: true,
            pattern: None,
            pattern_description: None,
            min: None,
            max: None,
            options: Vec::new(),
        }
    }

    /// A text of several lines and so many characters.
    pub fn textarea(name: &'static str, label: &str, characters: std::ops::RangeInclusive<usize>) -> Self {
        let (min, max) = (Some((*characters.start()).into()), Some((*characters.end()).into()));
        Self { min, max, ..Self::new(ParameterType::Textarea, name, label) }
    }

    /// An amount of a token with so many decimals, from `min` to `max` base units.
    pub fn amount(
        name: &'static str,
        label: impl Into<String>,
        decimals: u8,
        min: Amount,
        max: Option<Amount>,
    ) -> Self {
        let (pattern, described) = match decimals {
            0 => (r"^\d+$".to_owned(), "A whole number".to_owned()),
            _ => (
                format!(r"^\d+(\.\d{{1,{decimals}}})?$"),
                format!("A number with at most {decimals} digits behind the point"),
            ),
        };
        Self {
            pattern: Some(pattern),
            pattern_description: Some(described),
            min: number(min, decimals),
            max: max.and_then(|max| number(max, decimals)),
            ..Self::new(ParameterType::Number, name, label)
        }
    }

    /// A decimal number within bounds that are texts.
    pub fn decimal(name: &'static str, label: &str, min: Option<&str>, max: Option<&str>) -> Self {
        let bound = |text: &str| text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
        Self {
            pattern: Some(r"^\d+(\.\d+)?$".to_owned()),
            pattern_description: Some("A number, such as 25.00".to_owned()),
            min: min.and_then(bound),
            max: max.and_then(bound),
            ..Self::new(ParameterType::Number, name, label)
        }
    }

    /// One of a few, all of them seen at once.
    pub fn radio(name: &'static str, label: &str, options: Vec<Choice>) -> Self {
        Self { options: first_selected(options), ..Self::new(ParameterType::Radio, name, label) }
    }

    /// One of several.
    pub fn select(name: &'static str, label: &str, options: Vec<Choice>) -> Self {
        Self { options: first_selected(options), ..Self::new(ParameterType::Select, name, label) }
    }

    /// It may be left empty.
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// Whether its value is always there, and short.
    pub fn fits_query(&self) -> bool {
        self.required && self.kind != ParameterType::Textarea
    }

    pub fn name(&self) -> &'static str {
        self.name
    }
}

fn first_selected(mut options: Vec<Choice>) -> Vec<Choice> {
    if let Some(first) = options.first_mut() {
        first.selected = true;
    }
    options
}

/// An amount as the specification has bounds: a JSON number. It bounds what a form takes and nothing else, so it may
/// lose what is beyond the precision of such numbers.
fn number(amount: Amount, decimals: u8) -> Option<serde_json::Number> {
    Money::new(amount, decimals).value.parse::<f64>().ok().and_then(serde_json::Number::from_f64)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_amount_is_bounded_in_units_of_its_token() {
        let amount = Parameter::amount("amount", "USDC", 6, Amount(1), Some(Amount(2_500_000))).optional();
        let expected = json!({
            "type": "number", "name": "amount", "label": "USDC", "pattern": r"^\d+(\.\d{1,6})?$",
            "patternDescription": "A number with at most 6 digits behind the point", "min": 0.000001, "max": 2.5,
        });
        assert_eq!(serde_json::to_value(amount).unwrap(), expected);
        let whole = Parameter::amount("amount", "Points", 0, Amount(1), None);
        assert_eq!(serde_json::to_value(whole).unwrap()["pattern"], r"^\d+$");
    }

    #[test]
    fn the_first_of_several_is_chosen() {
        let options = vec![Choice::new("USDC", "a"), Choice::new("SOL", "b")];
        let radio = serde_json::to_value(Parameter::radio("token", "Token", options)).unwrap();
        assert_eq!((&radio["required"], &radio["options"][0]["selected"]), (&json!(true), &json!(true)));
        assert_eq!(radio["options"][1].get("selected"), None::<&Value>);
    }
}
