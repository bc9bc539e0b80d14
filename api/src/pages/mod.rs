//! The pages for people: built from `web/` by Vite, and part of this program.
//!
//! They are files and nothing else. What they show they ask of the API, as any other page could.

mod file;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::http::etag;
use crate::problem::{Code, Problem};

/// `npm run build` writes it. A debug build reads it anew for each request, any other has it inside.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

/// Where each page is, and the entry that shows it. What is in the place of a name is for the page to read.
const PAGES: [(&str, &str); 7] = [
    ("/checkout/{payment}", "checkout.html"),
    ("/links/{link}", "link.html"),
    ("/campaigns/{address}", "campaign.html"),
    ("/pools/{address}", "pool.html"),
    ("/burns/{mint}", "burn.html"),
    ("/dashboard", "dashboard.html"),
    ("/dashboard/{*view}", "dashboard.html"),
];

/// Scripts and styles from here and from nowhere else. Wallets give their icons as `data:`.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);
/// Kept by browsers, and asked about each time.
const FRESH: HeaderValue = HeaderValue::from_static("no-cache");
/// A file has the hash of its content in its name: under one name it never is another.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let pages = PAGES.into_iter().fold(Router::new(), |router, (path, entry)| {
        router.route(path, get(async move |headers: HeaderMap| page(entry, &headers)))
    });
    pages.route("/assets/{file}", get(asset)).layer(from_fn(etag::of_pages))
}

fn page(entry: &str, headers: &HeaderMap) -> Response {
    let page = file::answer(read, entry, headers).unwrap_or_else(not_built);
    ([(header::CACHE_CONTROL, FRESH), (header::CONTENT_SECURITY_POLICY, POLICY)], page).into_response()
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    // A debug build reads from the disk: no name may lead out of the folder.
    let is_plain = !file.contains(['/', '\\']);
    match file::answer(read, &format!("assets/{file}"), &headers).filter(|_| is_plain) {
        Some(asset) => ([(header::CACHE_CONTROL, FOREVER)], asset).into_response(),
        None => Problem::new(Code::RouteNotFound, "there is no such file").into_response(),
    }
}

fn read(path: &str) -> Option<file::Bytes> {
    Built::get(path).map(|file| file.data)
}

fn not_built() -> Response {
    let page = Html(include_str!("not_built.html"));
    (StatusCode::SERVICE_UNAVAILABLE, page).into_response()
}
