//! The client of Till's program on the chain, for `@solana/kit`: generated from the IDL, and what an IDL cannot say.

export * from "../generated/program/index.js";
export * from "./addresses.js";
