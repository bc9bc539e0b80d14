/// xorshift64*: the same numbers here and there, without a dependency.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    #[inline(never)]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number of `0..end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn next_u128(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    /// Numbers that code stumbles over are as likely as all others together: near powers of two, small, all ones.
    pub fn awkward_u128(&mut self) -> u128 {
        match self.below(6) {
            0 => (1u128 << self.below(128)).wrapping_add(u128::from(self.below(3))).wrapping_sub(1),
            1 => u128::from(self.below(10)),
            2 => u128::MAX >> self.below(128),
            _ => self.next_u128() >> self.below(128),
        }
    }

    /// Any finite number. Infinities and NaN can come out of computations, where their bits are the hardware's choice.
    pub fn finite_f64(&mut self) -> f64 {
        match self.below(4) {
            0 => self.below(2000) as f64 - 1000.0,
            1 => (self.next() as i64) as f64 / 1e7,
            _ => loop {
                let number = f64::from_bits(self.next());
                if number.is_finite() {
                    return number;
                }
            },
        }
    }
}
