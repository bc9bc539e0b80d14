//! HTTP manners that all routes share.

pub mod body;
pub mod cursor;
pub mod name;
pub mod page;
pub mod prefer;
pub mod request_id;

pub use body::{JsonBody, QueryOf};
pub use page::PageQuery;
pub use prefer::Wait;
