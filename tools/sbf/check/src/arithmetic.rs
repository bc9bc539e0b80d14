use crate::random::Random;
use std::fmt::Write;

/// Eight numbers in, eight out, of every width and sign.
#[inline(never)]
fn mix(a: u8, b: i8, c: u16, d: i16, e: u32, f: i32) -> (u8, i8, u16, i16, u32, i32, u64, i64) {
    (
        a.wrapping_add(b as u8),
        b.wrapping_sub(a as i8),
        c.wrapping_mul(d as u16),
        d.wrapping_shl(3) >> 2,
        e.wrapping_mul(f as u32),
        f.wrapping_neg() >> 3,
        (e as u64) << 7 | a as u64,
        (f as i64).wrapping_mul(d as i64) + b as i64,
    )
}

pub fn narrow(random: &mut Random, out: &mut String) {
    for _ in 0..12 {
        let mixed = mix(
            random.next() as u8,
            random.next() as i8,
            random.next() as u16,
            random.next() as i16,
            random.next() as u32,
            random.next() as i32,
        );
        let _ = write!(out, "{mixed:?}");
    }
}

/// More arguments than registers, and a result that does not fit in one.
#[inline(never)]
#[allow(clippy::too_many_arguments)]
fn many_arguments(a: u64, b: u128, c: u8, d: i16, e: bool, f: u64, g: (u64, u64), h: [u8; 3]) -> (u128, i64) {
    (
        b.wrapping_mul(a as u128).wrapping_add(f as u128) ^ (c as u128),
        if e { d as i64 } else { (g.0.wrapping_sub(g.1) as i64).wrapping_add(h[1] as i64) },
    )
}

#[inline(never)]
fn third(a: u64) -> Option<u64> {
    (a % 3 != 0).then_some(a / 3)
}

#[inline(never)]
fn eighth(a: i128) -> Result<i128, String> {
    if a < 0 {
        Err(format!("neg {a}"))
    } else {
        Ok(a >> 3)
    }
}

pub fn wide(random: &mut Random, out: &mut String) {
    let (a, b) = (random.awkward_u128(), random.awkward_u128());
    let y = random.awkward_u128() as i64;
    let x = random.finite_f64();
    integers(a, b, y, out);
    shifts_and_bits(a, b, y, out);
    overflow(a, b, y, out);
    edges(random, out);
    floats(a, b, x, y, out);
}

fn integers(a: u128, b: u128, y: i64, out: &mut String) {
    let (al, bl) = (a as u64, b as u64);
    let _ = write!(out, "M{:?}{}{}", a.checked_mul(b), a.wrapping_mul(b), (al as u128) * (bl as u128));
    if b != 0 {
        let _ = write!(out, "D{}{}", a / b, a % b);
        let (a, b) = (a as i128, b as i128);
        let _ = write!(out, "S{}{}{:?}", a.wrapping_div(b), a.wrapping_rem(b), a.checked_mul(b));
    }
    if bl != 0 {
        let (ai, bi) = (al as i64, bl as i64);
        let _ = write!(out, "Q{}{}{}{}", al / bl, al % bl, ai.wrapping_div(bi), ai.wrapping_rem(bi));
    }
    let _ = write!(out, "i{}{}{:?}", y / 7, y % 7, y.checked_mul(al as i64));
    let _ = write!(out, "{:?}{:?}", al.checked_mul(bl), (y as i32).checked_mul(al as i32));
    let _ = write!(out, "j{}{}{}{}{}", y as i32 / 3, y as i32 % -5, y as i8 / 3, y as i16 % 11, y as u8 / 5);
    let many = many_arguments(al, b, al as u8, y as i16, y & 1 == 1, bl, (al, bl), [1, bl as u8, 3]);
    let _ = write!(out, "p{:?}{:?}{many:?}", third(al), eighth(a as i128));
    let _ = write!(out, "q{}{}", al.isqrt(), a.isqrt());
}

fn shifts_and_bits(a: u128, b: u128, y: i64, out: &mut String) {
    let (al, bl) = (a as u64, b as u64);
    let n = y as u32 & 127;
    let _ = write!(
        out,
        "h{}{}{}{}{}",
        a << n,
        a >> n,
        (a as i128) >> n,
        a.rotate_left(n),
        al.rotate_right(n & 63)
    );
    let _ = write!(out, "c{}{}{}", a.leading_zeros(), b.trailing_zeros(), a.count_ones());
    let _ = write!(out, "{}{}", al.swap_bytes(), (al as u32).swap_bytes());
    let y = y as i32;
    let _ = write!(out, "w{}{}", y.wrapping_add(i32::MAX), (al as u32).wrapping_mul(bl as u32));
    let _ = write!(out, "{}{}", y.wrapping_sub(bl as i32) as i64, (y as i64).wrapping_mul(3));
}

fn overflow(a: u128, b: u128, y: i64, out: &mut String) {
    let (al, bl) = (a as u64, b as u64);
    let _ = write!(out, "o{:?}{:?}", al.checked_add(bl), a.checked_add(b));
    let _ = write!(out, "{:?}{:?}", (a as i128).checked_sub(b as i128), a.overflowing_sub(b));
    let _ = write!(out, "t{}{}{}", al.saturating_mul(bl), y.saturating_mul(bl as i64), a.saturating_mul(b));
}

/// Products at, just below and just above the largest numbers of their types, and sizes times constants.
fn edges(random: &mut Random, out: &mut String) {
    let (k, sign) = (random.below(64), random.below(2) as i64 * 2 - 1);
    for near in -1..=1 {
        let (x, y) = (sign << k, (1i64 << (63 - k)).wrapping_add(near));
        let (wx, wy) = ((sign as i128) << (2 * k), (1i128 << (127 - 2 * k)).wrapping_add(near as i128));
        let _ = write!(out, "e{:?}{:?}", x.checked_mul(y), wx.checked_mul(wy));
        let _ = write!(out, "{:?}", (x as u64).checked_mul((y as u64) << 1));
        let _ = write!(out, "{:?}", (wx as u128).checked_mul((wy as u128) << 1));
        let (ones, more) = (u128::MAX >> (64 + k), u128::MAX >> (63 - k + (near + 1) as u64));
        let _ = write!(out, "{:?}", ones.checked_mul(more));

        let size = (u64::MAX / 10_000).wrapping_add(near as u64);
        let _ = write!(out, "{:?}{:?}", size.checked_mul(10_000), (size / 7 * k).checked_mul(70_000));
        let signed = (i64::MAX / 1_000).wrapping_add(near) * sign;
        let _ = write!(out, "{:?}{:?}", signed.checked_mul(1_000), signed.checked_mul(-1_000));
    }
}

fn floats(a: u128, b: u128, x: f64, y: i64, out: &mut String) {
    let f = x as f32;
    let _ = write!(out, "f{:x}{:x}", (x * 2.5).to_bits(), (x + a as u64 as f64).to_bits());
    let _ =
        write!(out, "{:x}{:x}{:x}", (x / 3.7).to_bits(), (x - y as f64).to_bits(), (f * 1.1f32).to_bits());
    let _ = write!(out, "g{}{}{}{}{}{}", x as i64, x as u8, x as u64, f as i32, x as i128, f as u16);
    let _ = write!(out, "k{}{}{}{}{:x}", x < 3.0, x >= f as f64, x == 1.5, x.is_nan(), x.max(2.0).to_bits());
    let _ = write!(out, "l{:x}{:x}", (a as f64).to_bits(), (b as i128 as f32).to_bits());
    let _ = write!(out, "{:x}{:x}", x.abs().to_bits(), (-x).to_bits());
    let root = if x < 0.0 { 0.0 } else { x.sqrt() };
    let _ = write!(
        out,
        "r{:x}{:x}{:x}{:x}",
        x.floor().to_bits(),
        root.to_bits(),
        x.round().to_bits(),
        (x % 1.7).to_bits()
    );
}

pub fn matrix(random: &mut Random, out: &mut String) {
    let mut factor = [[0u128; 5]; 5];
    for number in factor.iter_mut().flatten() {
        *number = random.next() as u128;
    }
    let mut square = [[0u128; 5]; 5];
    for i in 0..5 {
        for j in 0..5 {
            for k in 0..5 {
                square[i][j] = square[i][j].wrapping_add(factor[i][k].wrapping_mul(factor[k][j]));
            }
        }
    }
    let _ = write!(out, "{square:?}");
    for x in square.iter().flatten() {
        let y = random.next() as u128 >> (random.next() % 60) | 1;
        let _ = write!(out, "{:x}{}{}", x / y, x % y, x.checked_mul(y).is_some() as u8);
        let _ = write!(out, "{}", x.to_le_bytes()[3] as i8 as i128 * -(y as i128));
    }
}
