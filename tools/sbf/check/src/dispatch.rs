use crate::random::Random;
use std::fmt::Write;

/// Calls through a table, with more arguments than registers.
trait Step {
    fn step(&mut self, x: u64, y: &str, z: (u8, u64), v: &[u64], w: i128) -> (i128, Option<u64>);

    fn name(&self) -> String {
        "default".into()
    }
}

struct Counter(u64);

struct Collector {
    text: String,
    sum: i128,
}

impl Step for Counter {
    fn step(&mut self, x: u64, y: &str, z: (u8, u64), v: &[u64], w: i128) -> (i128, Option<u64>) {
        self.0 ^= x;
        (w + y.len() as i128, v.get(z.0 as usize).map(|k| k ^ z.1 ^ self.0))
    }
}

impl Step for Collector {
    fn step(&mut self, x: u64, y: &str, z: (u8, u64), v: &[u64], w: i128) -> (i128, Option<u64>) {
        self.text.push_str(y);
        self.sum -= w;
        (self.sum.wrapping_mul(x as i128), v.iter().copied().filter(|q| q & 1 == z.1 & 1).max())
    }

    fn name(&self) -> String {
        self.text.to_uppercase()
    }
}

type SevenToTwo = Box<dyn Fn(u64, u64, u64, u64, u64, u64, u64) -> (u64, u64)>;

pub fn dynamic(random: &mut Random, out: &mut String) {
    let mut steps: Vec<Box<dyn Step>> =
        vec![Box::new(Counter(3)), Box::new(Collector { text: "ab".into(), sum: -5 })];
    let numbers: Vec<u64> = (0..8).map(|_| random.next()).collect();
    for i in 0..8 {
        let step = &mut steps[i % 2];
        let result =
            step.step(random.next(), "xyz", (i as u8, random.next()), &numbers, random.next() as i128);
        let _ = write!(out, "{result:?}{}", step.name());
    }

    let captured = random.next();
    let closures: Vec<SevenToTwo> = vec![
        Box::new(move |a, b, c, d, e, f, g| (a ^ captured, b + c * d % 7 + e - f + g)),
        Box::new(|a, b, c, d, e, f, g| (g, a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f)),
    ];
    for closure in &closures {
        let _ = write!(out, "{:?}", closure(1, 2, 3, 4, 5, 6, 7));
    }
}
