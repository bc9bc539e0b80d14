//! HTTP manners that all routes share.

pub mod body;
pub mod cors;
pub mod cursor;
pub mod etag;
pub mod load;
pub mod name;
pub mod page;
pub mod prefer;
pub mod request_id;
pub mod security;
pub mod version;

pub use body::{JsonBody, QueryOf};
pub use page::PageQuery;
pub use prefer::Wait;
