use crate::random::Random;
use std::fmt::Write;

const NUMBERS: [&str; 8] = ["123", "-77", "abc", "18446744073709551616", "3.5e-7", "  9", "1e400", "0x10"];

pub fn parsing(random: &mut Random, out: &mut String) {
    for text in NUMBERS {
        let _ = write!(out, "{:?}{:?}", text.parse::<i32>(), text.parse::<u64>());
        let _ = write!(out, "{:?}{:?}", text.parse::<f64>(), text.trim().parse::<u8>());
    }
    let number = (random.next() as f64) / 1e7;
    let _ = write!(out, "{number} {number:e} {number:.3} {:?} {:?}", number as f32, f64::MAX);
    let printed = random.finite_f64().to_string();
    let _ = write!(out, "{printed}{:x}", printed.parse::<f64>().map_or(0, f64::to_bits));

    let _ = write!(out, "{:?}", "añb→c😀".chars().rev().map(char::len_utf8).collect::<Vec<_>>());
    for (i, part) in "a,b,,c;d".split([',', ';']).enumerate() {
        let _ = write!(out, "{i}{part:?}");
    }
    let _ = write!(out, "{:?}", "hello world".find("wor"));
    let pairs: Vec<_> = "x=1&y=22".split('&').filter_map(|pair| pair.split_once('=')).collect();
    let _ = write!(out, "{pairs:?}");
}
