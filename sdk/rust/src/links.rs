//! Payment links: pages where each customer gets a payment, of the link's amount or of one that the customer chooses.

use futures::Stream;
use reqwest::Method;

use crate::error::Result;
use crate::pages::every_page;
use crate::till::{Till, keyed};
use crate::types::{LinkChange, LinkPage, LinkRequest, PaymentLink};

const PATH: &str = "/v1/payment_links";

/// See [`Till::links`].
#[derive(Clone, Copy)]
pub struct Links<'a>(&'a Till);

impl<'a> Links<'a> {
    pub(crate) const fn of(till: &'a Till) -> Self {
        Self(till)
    }

    /// Without a key of yours a new one is made.
    pub async fn create(&self, request: &LinkRequest, idempotency_key: Option<&str>) -> Result<PaymentLink> {
        let post = self.0.request(Method::POST, PATH).json(request);
        self.0.json(keyed(post, idempotency_key)).await
    }

    pub async fn get(&self, id: &str) -> Result<PaymentLink> {
        self.0.get(&format!("{PATH}/{id}")).await
    }

    /// Latest first.
    pub fn list(&self) -> impl Stream<Item = Result<PaymentLink>> + use<'a> {
        let till = self.0;
        every_page(None, move |cursor| async move {
            let page: LinkPage =
                till.json(till.request(Method::GET, PATH).query(&[("cursor", cursor)])).await?;
            Ok((page.data, page.next_cursor))
        })
    }

    /// Changes its words, or switches it off and on.
    pub async fn change(&self, id: &str, change: &LinkChange) -> Result<PaymentLink> {
        self.0.send(Method::PATCH, &format!("{PATH}/{id}"), change).await
    }
}
