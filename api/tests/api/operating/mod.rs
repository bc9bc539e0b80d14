//! What happens to payments after they were asked for.

mod available;
mod evidence;
mod killed;
mod payouts;
mod racing;
mod splits;
mod states;
mod streams;
mod transfers;
mod unsigned;

use crate::problems::Seen;
use crate::support::Api;

/// The codes that only come about here.
pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    evidence::provoke(seen, api).await;
    payouts::provoke(seen, api).await;
    splits::provoke(seen, api).await;
    streams::provoke(seen, api).await;
    unsigned::provoke(seen, api).await;
}
