//! The headers of every answer to a Blink client, whoever gave it: a handler, a layer, a panic.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answer::ActionError;
use crate::gateway::Gateway;
use crate::problem::Problem;

/// The version of the specification that is spoken.
const VERSION: &str = "2.4";

const ACTION_VERSION: HeaderName = HeaderName::from_static("x-action-version");
const BLOCKCHAIN_IDS: HeaderName = HeaderName::from_static("x-blockchain-ids");

/// The specification's section "OPTIONS response": pages of any origin are clients.
const CORS: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, OPTIONS"),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Content-Type, Authorization, Content-Encoding, Accept-Encoding, X-Accept-Action-Version, \
         X-Accept-Blockchain-Ids",
    ),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "X-Action-Version, X-Blockchain-Ids, X-Request-Id, Retry-After"),
];

/// Answers preflights of Actions, and gives all that is answered under their paths the specification's headers, and
/// errors its form. It stands around the other layers, because a browser shows nobody an error without these headers.
pub async fn layer<F: Future<Output = Response>>(
    gateway: &Gateway,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    if !is_actions(request.uri().path()) {
        return next(request).await;
    }
    let mut response = match *request.method() {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => in_the_specifications_form(next(request).await),
    };
    let headers = response.headers_mut();
    headers.extend(CORS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    headers.insert(ACTION_VERSION, HeaderValue::from_static(VERSION));
    // A node that does not answer just now keeps nobody from the rest.
    if let Ok(id) = gateway.blockchain.id(&gateway.chain).await
        && let Ok(id) = HeaderValue::from_str(id)
    {
        headers.insert(BLOCKCHAIN_IDS, id);
    }
    response
}

fn is_actions(path: &str) -> bool {
    path == "/actions.json" || path == "/actions" || path.starts_with("/actions/")
}

/// The specification's section "Action Errors".
fn in_the_specifications_form(mut response: Response) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let mut told = (problem.code.status(), Json(ActionError::of(&problem))).into_response();
    keep_headers(response.headers(), told.headers_mut());
    told
}

fn keep_headers(from: &HeaderMap, to: &mut HeaderMap) {
    for (name, value) in from {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            to.append(name, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_actions_are_open_to_all() {
        for path in ["/actions.json", "/actions/pay/pay_1", "/actions/nothing"] {
            assert!(is_actions(path), "{path}");
        }
        for path in ["/", "/v1/payments", "/actionsx", "/v1/actions/"] {
            assert!(!is_actions(path), "{path}");
        }
    }
}
