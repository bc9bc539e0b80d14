//! Barion's addresses. Its server does not look at the case of a path nor at a slash at the end, and clients write all
//! of them; here each leads to the one that is documented.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

const DOCUMENTED: [&str; 6] = [
    "/v2/Payment/Start",
    "/v2/Payment/GetPaymentState",
    "/v2/Payment/FinishReservation",
    "/v2/Payment/Capture",
    "/v2/Payment/CancelAuthorization",
    "/v2/Payment/Refund",
];
const STATE_PREFIX: &str = "/v4/payment/";
const STATE_SUFFIX: &str = "/paymentstate";

/// Whether this is an address that Barion would answer.
pub fn is_barions(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.starts_with("/v2/payment/") || path.starts_with(STATE_PREFIX)
}

/// The documented address, if the path is another way to write one.
pub fn documented(path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    if let Some(known) = DOCUMENTED.iter().find(|known| known.eq_ignore_ascii_case(path)) {
        return Some((*known).to_owned());
    }
    let lower = path.to_ascii_lowercase();
    let id = lower.strip_prefix(STATE_PREFIX)?.strip_suffix(STATE_SUFFIX)?;
    Some(format!("{STATE_PREFIX}{id}{STATE_SUFFIX}"))
}

/// The same request at its documented address.
pub fn rewritten(uri: &Uri) -> Option<Uri> {
    let path = documented(uri.path())?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{path}{query}").parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_path_leads_to_the_documented_one() {
        for (path, expected) in [
            ("/v2/Payment/Start", "/v2/Payment/Start"),
            ("/v2/payment/start", "/v2/Payment/Start"),
            ("/V2/PAYMENT/GetPaymentState/", "/v2/Payment/GetPaymentState"),
            ("/v4/Payment/AB12/PaymentState", "/v4/payment/ab12/paymentstate"),
        ] {
            assert_eq!(documented(path).as_deref(), Some(expected), "{path}");
            assert!(is_barions(path));
        }
        for path in ["/v2/Payment/Nope", "/v4/payment/paymentstate", "/v1/payments"] {
            assert_eq!(documented(path), None, "{path}");
        }
        assert!(!is_barions("/v1/payments") && !is_barions("/v2/payments"));
    }

    #[test]
    fn the_query_stays_as_it_is() {
        let uri: Uri = "/v2/payment/getpaymentstate?POSKey=Ab&PaymentId=cD".parse().unwrap();
        assert_eq!(
            rewritten(&uri).unwrap().to_string(),
            "/v2/Payment/GetPaymentState?POSKey=Ab&PaymentId=cD"
        );
    }
}
