use crate::random::Random;
use std::fmt::Write;

/// Fields of every size, with padding between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Big {
    a: u64,
    b: u32,
    c: u16,
    d: u8,
    e: i8,
    f: [u8; 24],
    g: i128,
}

#[inline(never)]
fn big(random: &mut Random) -> Big {
    let mut f = [0; 24];
    for byte in f.iter_mut() {
        *byte = random.next() as u8;
    }
    Big {
        a: random.next(),
        b: random.next() as u32,
        c: random.next() as u16,
        d: random.next() as u8,
        e: random.next() as i8,
        f,
        g: random.next_u128() as i128,
    }
}

/// Structs, tuples, arrays and options as arguments and results: all that the calling convention has to carry.
#[inline(never)]
fn combine(
    x: Big,
    y: Big,
    k: u8,
    z: (u32, u16),
    w: [u8; 9],
    q: Option<u64>,
) -> Result<(Big, u16), (i8, String)> {
    if x.e < 0 {
        return Err((x.e.wrapping_mul(3), format!("{z:?}/{w:02x?}/{q:?}")));
    }
    let mut result = y;
    result.a = x.a.wrapping_add(q.unwrap_or(7));
    result.b = x.b.rotate_left(k as u32 & 31);
    result.c = x.c.wrapping_sub(y.c);
    result.d = x.d.saturating_add(y.d);
    result.f[3] = w[8];
    result.g = x.g.wrapping_sub(y.g) >> 3;
    Ok((result, z.1.wrapping_mul(z.0 as u16)))
}

pub fn by_value(random: &mut Random, out: &mut String) {
    for _ in 0..6 {
        let (x, y) = (big(random), big(random));
        let w = [random.next() as u8; 9];
        let q = if random.next() & 1 == 0 { None } else { Some(random.next()) };
        let combined = combine(x, y, random.next() as u8, (random.next() as u32, random.next() as u16), w, q);
        let _ = write!(out, "{combined:?}{:?}", x.cmp(&y));
    }
}

#[derive(Debug, Clone)]
#[allow(dead_code)] // read by Debug only
enum Shape {
    Empty,
    Byte(u8),
    Named { x: u64, y: i32 },
    Nested(Box<Shape>, String),
    Array([u16; 5]),
}

#[inline(never)]
fn shape(random: &mut Random, depth: u32) -> Shape {
    match random.below(5) {
        0 => Shape::Empty,
        1 => Shape::Byte(random.next() as u8),
        2 => Shape::Named { x: random.next(), y: random.next() as i32 },
        3 if depth > 0 => {
            Shape::Nested(Box::new(shape(random, depth - 1)), format!("{:>8}", random.below(1000)))
        }
        _ => Shape::Array([random.next() as u16; 5]),
    }
}

pub fn enums(random: &mut Random, out: &mut String) {
    for _ in 0..10 {
        let _ = write!(out, "{:?};", shape(random, 3));
    }
}

/// Sizes around those at which copies and comparisons change from inline code to a system call.
const SIZES: [usize; 14] = [1, 2, 3, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65];

pub fn bytes(random: &mut Random, out: &mut String) {
    let mut long = [0u8; 200];
    for (i, byte) in long.iter_mut().enumerate() {
        *byte = i as u8 ^ random.next() as u8;
    }
    long.copy_within(3..103, 10);
    long.copy_within(50..150, 40);
    long[5..77].rotate_left(13);
    long[100..].reverse();

    let mut short = [0u8; 131];
    short.copy_from_slice(&long[7..138]);
    short[1..70].fill(9);

    let _ = write!(out, "{:?}{:?}", &long[..], long == [0; 200]);
    let _ = write!(out, "{:?}{:?}", short.cmp(&long[7..138].try_into().unwrap()), long[..32] == short[..32]);
    for size in SIZES {
        let (a, b) = (&long[1..1 + size], &short[2..2 + size]);
        let copy = a.to_vec();
        let _ = write!(out, "{}{}{:?}", a == copy, a == b, a.cmp(b));
    }
    let _ = write!(out, "{:?}", u64::from_le_bytes(long[3..11].try_into().unwrap()));
}

/// Three of the four kilobytes of a frame.
const FRAME_WORDS: usize = 380;

#[inline(never)]
fn descend(n: u64, results: &mut Vec<u64>) -> u64 {
    let mut frame = [n; FRAME_WORDS];
    for (i, word) in frame.iter_mut().enumerate() {
        *word = word.wrapping_mul(i as u64 + 1).wrapping_add(n);
    }
    if n > 0 {
        let below = descend(n - 1, results);
        results.push(below);
        frame[below as usize % FRAME_WORDS] ^= below;
    }
    frame.iter().fold(0, |sum: u64, word| sum.rotate_left(5) ^ word)
}

pub fn recursion(random: &mut Random, out: &mut String) {
    let mut results = vec![random.next()];
    let depth = 10 + random.below(11);
    let last = descend(depth, &mut results);
    let _ = write!(out, "{last}{results:?}");
}
