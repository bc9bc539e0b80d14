//! The client of Till's API.

export { TillError, type Problem } from "./error.js";
export { type Events } from "./events.js";
export { answered, type Api, type Options } from "./http.js";
export { type Links } from "./links.js";
export { type Operation, type Payments, type Wait, type Write } from "./payments.js";
export { type Patience, type Send } from "./retry.js";
export { Till } from "./till.js";
export type * from "./types.js";
