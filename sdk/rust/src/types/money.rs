use serde::{Deserialize, Serialize};

/// An amount of a payment's token, exact in both forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In units of the token, with a point.
    pub value: String,
    /// In the smallest units of the token. Text in JSON, where a number loses precision beyond 2^53.
    #[serde(with = "text")]
    pub base_units: u128,
}

mod text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(base_units: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(base_units)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_beyond_what_a_json_number_holds_stays_exact() {
        let text = r#"{"value":"9007199254.740993","base_units":"9007199254740993"}"#;
        let money: Money = serde_json::from_str(text).unwrap();
        assert_eq!(money.base_units, 9_007_199_254_740_993);
        assert_eq!(serde_json::to_string(&money).unwrap(), text);
        assert!(serde_json::from_str::<Money>(r#"{"value":"1","base_units":"1.5"}"#).is_err());
    }
}
