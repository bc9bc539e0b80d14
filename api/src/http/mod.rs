//! HTTP manners that all routes share.

pub mod body;
pub mod cursor;
pub mod prefer;
pub mod request_id;

pub use body::{JsonBody, QueryOf};
pub use prefer::Wait;
