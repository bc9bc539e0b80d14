//! The whole gateway over a local net, as strangers use it: the real binaries, over their ports.

mod beside_paying;
mod browser;
mod clients;
mod disputes;
mod faults;
mod first_payment;
mod kill_loop;
mod refusals;
mod restart;
mod wallets;
