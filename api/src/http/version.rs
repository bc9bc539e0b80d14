//! The version of the API, a date in the header `Till-Version`.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::problem::{Code, Problem};

pub const VERSION: HeaderName = HeaderName::from_static("till-version");

/// The versions that are spoken, the newest last. What changed from one to the next is in the changelog.
pub const VERSIONS: &[&str] = &["2026-11-21"];

/// The version of whoever names none.
pub const NEWEST: &str = VERSIONS[VERSIONS.len() - 1];

/// Refuses versions that are not known, and says which one an answer is of.
pub async fn layer<F: Future<Output = Response>>(
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let asked = request.headers().get(VERSION);
    let known = asked.map_or(Some(&NEWEST), |asked| VERSIONS.iter().find(|known| asked == *known));
    let (mut response, version) = match known {
        Some(version) => (next(request).await, *version),
        None => {
            let detail = format!("{VERSION} is one of {}", VERSIONS.join(", "));
            (Problem::new(Code::VersionUnknown, detail).into_response(), NEWEST)
        }
    };
    response.headers_mut().insert(VERSION, HeaderValue::from_static(version));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_dates_in_order() {
        assert!(VERSIONS.is_sorted());
        for version in VERSIONS {
            assert!(version.parse::<chrono::NaiveDate>().is_ok(), "{version}");
        }
    }

    #[test]
    fn the_changelog_tells_of_every_version() {
        let changelog = include_str!("../../../docs/API_CHANGELOG.md");
        let told: Vec<&str> = changelog.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let newest_first: Vec<&str> = VERSIONS.iter().rev().copied().collect();
        assert_eq!(told, newest_first);
    }
}
