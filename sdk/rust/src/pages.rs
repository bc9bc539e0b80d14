//! Lists that come in pages.

use futures::{Stream, TryStreamExt, stream};

use crate::error::{Error, Result};

/// What is in one page, and the cursor of the next; nothing on the last one.
pub type Page<T> = (Vec<T>, Option<String>);

/// What a list holds from `cursor` on, one after the other; the next page is fetched when it is needed.
pub fn every_page<T, Fetched>(
    cursor: Option<String>,
    fetch: impl Fn(Option<String>) -> Fetched,
) -> impl Stream<Item = Result<T>>
where
    Fetched: Future<Output = Result<Page<T>>>,
{
    let pages = stream::try_unfold(Some(cursor), move |cursor| {
        let fetched = cursor.map(&fetch);
        async move {
            let Some(fetched) = fetched else { return Ok(None) };
            let (data, next) = fetched.await?;
            Ok::<_, Error>(Some((stream::iter(data.into_iter().map(Ok)), next.map(Some))))
        }
    });
    pages.try_flatten()
}
