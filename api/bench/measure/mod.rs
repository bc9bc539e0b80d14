//! One file a measurement.

mod creates;
mod reads;
mod webhooks;
mod whole;

pub use creates::creates;
pub use reads::reads;
pub use webhooks::webhooks;
pub use whole::whole;
