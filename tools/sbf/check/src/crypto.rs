use crate::random::Random;
use curve25519_dalek::{constants::ED25519_BASEPOINT_POINT, scalar::Scalar};
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write;

pub fn hashes(random: &mut Random, out: &mut String) {
    let bytes: Vec<u8> = (0..500).map(|_| random.next() as u8).collect();
    let part = random.below(500) as usize;
    let _ = write!(out, "{:x?}", Sha256::digest(&bytes).as_slice());
    let _ = write!(out, "{:x?}", Sha512::digest(&bytes[..part]).as_slice());
}

/// Nobody would multiply points on the chain, which has a system call for it: this is 128-bit arithmetic by the million.
pub fn curve(random: &mut Random, out: &mut String) {
    let mut wide = [0u8; 64];
    for word in wide.chunks_exact_mut(8) {
        word.copy_from_slice(&random.next().to_le_bytes());
    }
    let scalar = Scalar::from_bytes_mod_order_wide(&wide);
    let point = (ED25519_BASEPOINT_POINT * scalar).compress();
    let _ = write!(out, "{:x?}{:x?}", point.to_bytes(), scalar.invert().to_bytes());
    let _ = write!(out, "{}", point.decompress().is_some());
}
