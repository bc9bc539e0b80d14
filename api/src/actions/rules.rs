//! `actions.json`: which pages of ours are Blinks too.

use serde::Serialize;
use utoipa::ToSchema;

/// The paths of pages, and of the Actions that do what they do. Whoever shares a page shares a Blink.
const RULES: [(&str, &str); 6] = [
    ("/checkout/*", "/actions/pay/*"),
    ("/links/*", "/actions/link/*"),
    ("/campaigns/*", "/actions/donate/*"),
    ("/pools/*", "/actions/stake/*"),
    ("/burns/*", "/actions/burn/*"),
    // The specification's section "Rules": an Action is a Blink itself.
    ("/actions/**", "/actions/**"),
];

/// What `actions.json` says.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionsJson {
    rules: Vec<Rule>,
}

/// Where the Action of a page is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    #[schema(example = "/checkout/*")]
    path_pattern: &'static str,
    #[schema(example = "/actions/pay/*")]
    api_path: &'static str,
}

pub fn actions_json() -> ActionsJson {
    ActionsJson { rules: RULES.map(|(path_pattern, api_path)| Rule { path_pattern, api_path }).into() }
}
