//! A file that was built, in the form in which its reader takes the least of it.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

pub type Bytes = Cow<'static, [u8]>;

/// The forms that the build writes beside a file, the smallest first: the name of the coding (RFC 9110, 8.4.1), and
/// the end of the file's.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// The file at `path`, in the smallest form that the request accepts; nothing if there is no such file.
pub fn answer(read: impl Fn(&str) -> Option<Bytes>, path: &str, request: &HeaderMap) -> Option<Response> {
    let compressed = CODINGS
        .into_iter()
        .filter(|(coding, _)| accepts(request, coding))
        .find_map(|(coding, end)| Some((coding, read(&format!("{path}.{end}"))?)));
    let (coding, bytes) = match compressed {
        Some((coding, bytes)) => (Some(coding), bytes),
        None => (None, read(path)?),
    };
    let mut response = bytes.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}

/// Whether `Accept-Encoding` names the coding, and not with a weight of nothing (RFC 9110, 12.5.3).
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    let values = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|accepted| {
        let (name, weight) = accepted.split_once(";").unwrap_or((accepted, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(coding) && weight.is_none_or(|weight| weight > 0.0)
    })
}

/// Of what Vite writes.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Option<Bytes> {
        let files = ["page.html", "page.html.gz", "page.html.br", "script.js", "script.js.gz", "picture.png"];
        let file = files.into_iter().find(|file| *file == path)?;
        Some(Cow::Borrowed(file.as_bytes()))
    }

    async fn asked(path: &str, accepted: &'static str) -> Option<(String, Option<String>, String)> {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
        let response = answer(read, path, &headers)?;
        let text =
            |name| response.headers().get(name).map(|value: &HeaderValue| value.to_str().unwrap().to_owned());
        let (kind, coding) = (text(header::CONTENT_TYPE).unwrap(), text(header::CONTENT_ENCODING));
        assert_eq!(text(header::VARY).unwrap(), "accept-encoding");
        let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        Some((kind, coding, String::from_utf8(body.to_vec()).unwrap()))
    }

    #[tokio::test]
    async fn a_file_comes_in_the_smallest_form_that_is_accepted() {
        for (path, accepted, coding, body) in [
            ("page.html", "gzip, deflate, br, zstd", Some("br"), "page.html.br"),
            ("page.html", "GZIP;q=0.5", Some("gzip"), "page.html.gz"),
            ("page.html", "br;q=0, gzip", Some("gzip"), "page.html.gz"),
            ("page.html", "br; q=0.0", None, "page.html"),
            ("page.html", "identity", None, "page.html"),
            ("page.html", "", None, "page.html"),
            ("script.js", "br, gzip", Some("gzip"), "script.js.gz"),
            ("picture.png", "br, gzip", None, "picture.png"),
        ] {
            let (_, found, text) = asked(path, accepted).await.unwrap();
            assert_eq!((found.as_deref(), text.as_str()), (coding, body), "{path} as {accepted}");
        }
        assert_eq!(asked("page.html", "br").await.unwrap().0, "text/html; charset=utf-8");
        assert_eq!(asked("none.html", "br").await, None);
    }
}
