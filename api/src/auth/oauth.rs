//! Reading a request for an access token, as RFC 6749 has it.

use std::collections::HashMap;

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use utoipa::ToSchema;

/// RFC 6749, 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    InvalidRequest,
    InvalidClient,
    InvalidScope,
    UnsupportedGrantType,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub error: ErrorKind,
    pub description: String,
}

impl Refusal {
    pub fn new(error: ErrorKind, description: impl Into<String>) -> Self {
        // The RFC allows printable ASCII without quotation marks and backslashes.
        let allowed = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
        Self { error, description: description.into().chars().filter(allowed).collect() }
    }
}

/// A request of a client for itself.
#[derive(PartialEq, Eq)]
pub struct TokenRequest {
    pub client_id: String,
    pub client_secret: String,
    scope: Option<String>,
}

impl TokenRequest {
    /// Reads the form, and the credentials from it or from the header (2.3.1), not from both.
    pub fn read(headers: &HeaderMap, form: Vec<(String, String)>) -> Result<Self, Refusal> {
        let mut fields = HashMap::new();
        for (name, value) in form {
            // What has no value is as if it were not there (3.2).
            if !value.is_empty() && fields.insert(name, value).is_some() {
                return Err(Refusal::new(ErrorKind::InvalidRequest, "a parameter is there twice"));
            }
        }
        let from_form = (fields.remove("client_id"), fields.remove("client_secret"));
        let from_header = headers.get(header::AUTHORIZATION).map(|value| {
            let basic = value.to_str().ok().and_then(basic);
            basic.ok_or_else(|| {
                Refusal::new(ErrorKind::InvalidClient, "the Authorization header is not Basic")
            })
        });
        let (client_id, client_secret) = match (from_header.transpose()?, from_form) {
            (Some(_), (_, Some(_))) => {
                let detail = "credentials stand in the header or in the form, not in both";
                return Err(Refusal::new(ErrorKind::InvalidRequest, detail));
            }
            (Some((id, _)), (Some(other), None)) if id != other => {
                let detail = "client_id is not the one in the header";
                return Err(Refusal::new(ErrorKind::InvalidRequest, detail));
            }
            (Some(both), _) => both,
            (None, (Some(id), Some(secret))) => (id, secret),
            (None, _) => {
                return Err(Refusal::new(ErrorKind::InvalidClient, "client_id and client_secret are needed"));
            }
        };
        match fields.get("grant_type").map(String::as_str) {
            Some("client_credentials") => {}
            Some(_) => {
                let detail = "grant_type must be client_credentials";
                return Err(Refusal::new(ErrorKind::UnsupportedGrantType, detail));
            }
            None => return Err(Refusal::new(ErrorKind::InvalidRequest, "grant_type is needed")),
        }
        Ok(Self { client_id, client_secret, scope: fields.remove("scope") })
    }

    /// The scopes that were asked for, of those that the client has; all of them unless any were.
    pub fn scopes(&self, has: &[String]) -> Result<Vec<String>, Refusal> {
        let Some(wanted) = &self.scope else { return Ok(has.to_vec()) };
        let wanted: Vec<&str> = wanted.split(' ').filter(|name| !name.is_empty()).collect();
        if let Some(missing) = wanted.iter().find(|name| !has.iter().any(|scope| scope == *name)) {
            return Err(Refusal::new(ErrorKind::InvalidScope, format!("the client has no scope {missing}")));
        }
        Ok(has.iter().filter(|scope| wanted.contains(&scope.as_str())).cloned().collect())
    }
}

/// Id and secret of `Authorization: Basic`, each of them form-encoded before they were joined.
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
    };
    Some((decoded(id)?, decoded(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: Option<&str>, form: &[(&str, &str)]) -> Result<TokenRequest, ErrorKind> {
        let mut headers = HeaderMap::new();
        if let Some(credentials) = header {
            let value = format!("Basic {}", STANDARD.encode(credentials));
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        }
        let form = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        TokenRequest::read(&headers, form).map_err(|refusal| refusal.error)
    }

    const GRANT: (&str, &str) = ("grant_type", "client_credentials");

    #[test]
    fn credentials_come_in_the_header_or_in_the_form() {
        for request in [
            read(Some("cli_1:s%2Be+c"), &[GRANT]),
            read(Some("cli_1:s%2Be+c"), &[GRANT, ("client_id", "cli_1")]),
            read(None, &[GRANT, ("client_id", "cli_1"), ("client_secret", "s+e c")]),
        ] {
            let request = request.unwrap_or_else(|error| panic!("{error:?}"));
            assert_eq!((request.client_id.as_str(), request.client_secret.as_str()), ("cli_1", "s+e c"));
        }
    }

    #[test]
    fn what_is_wrong_has_the_rfcs_name() {
        use ErrorKind::*;
        let id = ("client_id", "cli_1");
        let secret = ("client_secret", "s");
        for (header, form, error) in [
            (None, vec![GRANT], InvalidClient),
            (None, vec![GRANT, id], InvalidClient),
            (None, vec![GRANT, id, ("client_secret", "")], InvalidClient),
            (Some("no colon"), vec![GRANT], InvalidClient),
            (Some("cli_1:s"), vec![GRANT, id, secret], InvalidRequest),
            (Some("cli_2:s"), vec![GRANT, id], InvalidRequest),
            (None, vec![GRANT, GRANT, id, secret], InvalidRequest),
            (None, vec![id, secret], InvalidRequest),
            (None, vec![("grant_type", "password"), id, secret], UnsupportedGrantType),
        ] {
            assert_eq!(read(header, &form).err(), Some(error), "{header:?} {form:?}");
        }
    }

    #[test]
    fn scopes_are_at_most_what_the_client_has() {
        let has = ["payments:read".to_owned(), "events:read".to_owned()];
        let asked = |scope: &[(&str, &str)]| {
            read(Some("c:s"), &[&[GRANT], scope].concat()).ok().unwrap().scopes(&has)
        };
        assert_eq!(asked(&[]).unwrap(), has);
        assert_eq!(asked(&[("scope", "events:read")]).unwrap(), ["events:read"]);
        let refused = asked(&[("scope", "events:read account:write")]).unwrap_err();
        assert_eq!(refused.error, ErrorKind::InvalidScope);
    }

    #[test]
    fn a_description_has_only_what_the_rfc_allows() {
        assert_eq!(Refusal::new(ErrorKind::InvalidScope, "a \"b\\\n é").description, "a b ");
    }
}
