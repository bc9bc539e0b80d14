//! Reports as CSV (RFC 4180), written page by page while it is read.

use std::future::Future;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use till_store::gateway::reports::Place;

/// A line of a report.
pub trait Row {
    const COLUMNS: &'static [&'static str];

    fn cells(&self) -> Vec<String>;
}

/// Text of a merchant or a customer, such that a spreadsheet takes it for text: what begins like a formula gets a quote
/// in front of it. Our own cells are written as they are, negative amounts too.
pub fn text(cell: Option<&str>) -> String {
    let cell = cell.unwrap_or_default();
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

/// The lines of a report, behind its name and how far the chain was known.
pub fn whole<R: Row>(name: &str, indexed_through_slot: Option<i64>, rows: &[R]) -> anyhow::Result<Response> {
    let mut bytes = lines(&[R::COLUMNS.iter().map(|&name| name.to_owned()).collect()])?;
    bytes.extend(lines(&rows.iter().map(Row::cells).collect::<Vec<_>>())?);
    Ok(response(name, indexed_through_slot, Body::from(bytes)))
}

/// The same for a report that is read in pages: `next` gives the page behind a place, and where it ended unless it was
/// the last.
pub fn pages<R, N, F>(name: &str, indexed_through_slot: Option<i64>, next: N) -> anyhow::Result<Response>
where
    R: Row,
    N: Fn(Option<Place>) -> F + Send + 'static,
    F: Future<Output = anyhow::Result<(Vec<R>, Option<Place>)>> + Send,
{
    let header = lines(&[R::COLUMNS.iter().map(|&name| name.to_owned()).collect()])?;
    let first = (next, Some(None));
    let body = futures::stream::try_unfold(first, |(next, at)| async move {
        let Some(after) = at else { return Ok::<_, anyhow::Error>(None) };
        let (rows, end) =
            next(after).await.inspect_err(|error| tracing::error!(%error, "a report broke off"))?;
        let cells: Vec<Vec<String>> = rows.iter().map(Row::cells).collect();
        Ok(Some((Bytes::from(lines(&cells)?), (next, end.map(Some)))))
    });
    let header = futures::stream::iter([Ok(Bytes::from(header))]);
    let body = futures::StreamExt::chain(header, body);
    Ok(response(name, indexed_through_slot, Body::from_stream(body)))
}

fn lines(records: &[Vec<String>]) -> anyhow::Result<Vec<u8>> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record)?;
    }
    writer.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))
}

fn response(name: &str, indexed_through_slot: Option<i64>, body: Body) -> Response {
    let mut headers = HeaderMap::new();
    let mut set = |name: header::HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned());
    set(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\""));
    if let Some(slot) = indexed_through_slot {
        set(header::HeaderName::from_static("indexed-through-slot"), slot.to_string());
    }
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_text_is_quoted() {
        for (given, written) in [
            ("=1+1", "'=1+1\r\n"),
            ("@SUM(A1)", "'@SUM(A1)\r\n"),
            ("-2", "'-2\r\n"),
            ("A-1", "A-1\r\n"),
            ("a,\"b\"", "\"a,\"\"b\"\"\"\r\n"),
            ("two\nlines", "\"two\nlines\"\r\n"),
        ] {
            assert_eq!(String::from_utf8(lines(&[vec![text(Some(given))]]).unwrap()).unwrap(), written);
        }
    }
}
