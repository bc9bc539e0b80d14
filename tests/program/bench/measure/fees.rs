use super::{Bench, SALTS};

impl Bench<'_> {
    /// To the treasury alone, to stakers too, and burned too.
    pub fn sweeps(&mut self) {
        let (pool, token) = (self.stage.pool.address(), self.stage.pool.token);
        self.swept(0, "sweep fees to the treasury");
        self.stage.add_reward(&token);
        self.stage.staker(0, 1_000_000);
        self.stage.actors.configure(|protocol| (protocol.pool, protocol.stakers_bps) = (pool, 5_000));
        self.swept(1, "sweep fees, with pool");
        let burned = (token.mint, 2_000);
        self.stage.actors.configure(|protocol| (protocol.burn_mint, protocol.burn_bps) = burned);
        self.swept(2, "sweep fees, with pool and burning");
    }

    fn swept(&mut self, round: u8, name: &'static str) {
        for salt in 0..SALTS {
            self.stage.actors.earn_fees(round * SALTS + salt);
            let sweep = self.stage.actors.sweep();
            self.run(name, sweep, &[]);
        }
    }
}
