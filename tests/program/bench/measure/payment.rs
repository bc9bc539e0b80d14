use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers};
use till::{CaptureMode, MAX_SPLITS, Protection, Split, Terms};
use till_tests::{Invoice, START};

use super::{Bench, SALTS};

impl Bench<'_> {
    pub fn payments(&mut self) {
        let payees = self.payees();
        for id in 0..SALTS {
            self.captured(id);
            self.charged(id);
            self.with_splits(id, &payees);
            self.disputed(id);
        }
        self.expired();
    }

    fn captured(&mut self, id: u8) {
        let [payer, operator] =
            [&self.stage.actors.payer, &self.stage.actors.operator].map(|key| key.insecure_clone());
        let (by, vault, side) = (self.stage.actors.payer(), self.stage.actors.vault, operator.pubkey());
        let (payer_token, payout_token) = (self.stage.actors.payer_token, self.stage.actors.payout_token);

        let invoice = self.invoice([id, 1], CaptureMode::Manual);
        self.run("authorize", client::authorize(&by, &vault, invoice.address, invoice.terms), &[&payer]);
        let capture = |amount, is_final, payout_token| {
            let to = Receivers { payout_token, payer_token: Some(payer_token), ..Default::default() };
            client::capture(side, &vault, invoice.address, CaptureArgs { amount, is_final, to, terms: None })
        };
        self.run("capture into the balance", capture(10_000_000, false, None), &[&operator]);
        self.run("capture with payout", capture(5_000_000, false, Some(payout_token)), &[&operator]);
        self.run("capture, final, rest to the payer", capture(5_000_000, true, None), &[&operator]);
        let refund = client::refund(side, &vault, invoice.address, payer_token, None, 1_000_000);
        self.run("refund from the balance", refund, &[&operator]);
        self.run("payout", client::payout(&vault, payout_token), &[]);

        let invoice = self.authorized([id, 2]);
        self.run("void", client::void(side, &vault, invoice.address, payer_token), &[&operator]);
        let invoice = self.authorized([id, 3]);
        let release = client::release(payer.pubkey(), &vault, invoice.address, &Receivers::default(), None);
        self.run("release", release, &[&payer]);
    }

    fn charged(&mut self, id: u8) {
        let payer = self.stage.actors.payer.insecure_clone();
        let (by, vault) = (self.stage.actors.payer(), self.stage.actors.vault);
        let invoice = self.invoice([id, 4], CaptureMode::Immediate);
        let charge = client::charge(&by, &vault, invoice.address, &Receivers::default(), invoice.terms);
        self.run("charge into the balance", charge, &[&payer]);
        let to = Receivers::payout(self.stage.actors.payout_token);
        let invoice = self.invoice([id, 5], CaptureMode::Immediate);
        let charge = client::charge(&by, &vault, invoice.address, &to, invoice.terms);
        self.run("charge with payout", charge, &[&payer]);
    }

    /// The largest transactions: as many payees as there can be, and somebody else for the rent.
    fn with_splits(&mut self, id: u8, payees: &[(Pubkey, Pubkey)]) {
        let [payer, operator, sponsor] =
            [&self.stage.actors.payer, &self.stage.actors.operator, &self.stage.actors.authority]
                .map(|key| key.insecure_clone());
        let (vault, side) = (self.stage.actors.vault, operator.pubkey());
        let by = client::Payer { rent_payer: sponsor.pubkey(), ..self.stage.actors.payer() };
        let to = Receivers {
            payout_token: Some(self.stage.actors.payout_token),
            payer_token: Some(self.stage.actors.payer_token),
            payees: payees.iter().map(|(_, token)| *token).collect(),
        };
        let splits: Vec<_> = payees.iter().map(|(wallet, _)| Split { wallet: *wallet, bps: 1_000 }).collect();
        let immediate = self.invoice([id, 6], CaptureMode::Immediate);
        let immediate = self.stage.actors.invoice(Terms { splits: splits.clone(), ..immediate.terms });
        let charge = client::charge(&by, &vault, immediate.address, &to, immediate.terms);
        self.run("charge with four splits, sponsored", charge, &[&payer, &sponsor]);

        let manual = self.invoice([id, 7], CaptureMode::Manual);
        let manual = self.stage.actors.authorized(Terms { splits, ..manual.terms });
        let args = CaptureArgs { amount: 5_000_000, is_final: true, to, terms: Some(manual.terms) };
        let capture = client::capture(side, &vault, manual.address, args);
        self.run("capture with four splits", capture, &[&operator]);
    }

    fn disputed(&mut self, id: u8) {
        let [payer, arbiter] =
            [&self.stage.actors.payer, &self.stage.actors.authority].map(|key| key.insecure_clone());
        let vault = self.stage.actors.vault;
        let protection =
            Protection { capture_from: START + 60, arbiter: arbiter.pubkey(), dispute_seconds: 86_400 };
        let terms = self.invoice([id, 8], CaptureMode::Manual).terms;
        let invoice = self.stage.actors.authorized(Terms { protection: Some(protection), ..terms });
        let terms = || invoice.terms.clone();
        let dispute = client::dispute(payer.pubkey(), &vault, invoice.address, terms());
        self.run("dispute", dispute, &[&payer]);
        let to = Receivers::payer(self.stage.actors.payer_token);
        let resolve = client::resolve(arbiter.pubkey(), &vault, invoice.address, 5_000_000, &to, terms());
        self.run("resolve", resolve, &[&arbiter]);
    }

    /// What comes after the expiry.
    fn expired(&mut self) {
        let (vault, payer_token) = (self.stage.actors.vault, self.stage.actors.payer_token);
        let payer = self.stage.actors.payer.pubkey();
        let invoices: Vec<_> = (0..SALTS).map(|id| self.authorized([id, 9])).collect();
        self.stage.actors.world.set_time(invoices[0].terms.authorization_expiry);
        for invoice in &invoices {
            self.run("reclaim", client::reclaim(&vault, invoice.address, payer_token), &[]);
            self.run("close", client::close_payment(invoice.address, vault.address(), payer), &[]);
        }
        self.stage.actors.world.set_time(START);
    }

    fn payees(&mut self) -> Vec<(Pubkey, Pubkey)> {
        let token = self.stage.actors.token;
        let world = &mut self.stage.actors.world;
        let payee = |_| {
            let wallet = world.wallet().pubkey();
            (wallet, world.token_account(&token, &wallet))
        };
        (0..MAX_SPLITS).map(payee).collect()
    }

    fn authorized(&mut self, id: [u8; 2]) -> Invoice {
        let terms = self.invoice(id, CaptureMode::Manual).terms;
        self.stage.actors.authorized(terms)
    }

    fn invoice(&self, id: [u8; 2], capture_mode: CaptureMode) -> Invoice {
        let mut terms = Terms { capture_mode, ..self.stage.actors.terms(0) };
        terms.id[..2].copy_from_slice(&id);
        self.stage.actors.invoice(terms)
    }
}
