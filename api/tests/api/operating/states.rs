//! The diagram of `docs/PAYMENT_STATES.md`, compared with the code: all sequences of a bounded model, in which the
//! program's own rules say what can happen on the chain.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::DateTime;
use till::{CaptureMode, NewEscrow, Protection, Terms};
use till_store::Amount;
use till_store::domain::{
    ChainPayment, Facts, GatewayPayment, OptionRecord, Outcome, PaymentStatus, Received, TransferRecord,
};

const DIAGRAM: &str = include_str!("../../../../docs/PAYMENT_STATES.md");

/// What is asked for, in base units: the least of which a part can be captured, and a part of that refunded.
const AMOUNT: u64 = 2;
/// The moments at which something happens, in unix seconds.
const MOMENTS: [i64; 4] = [1, QUOTE_EXPIRY, AUTHORIZATION_EXPIRY, REFUND_EXPIRY];
const QUOTE_EXPIRY: i64 = 50;
const AUTHORIZATION_EXPIRY: i64 = 100;
const REFUND_EXPIRY: i64 = 20_000;
/// So that a dispute can end in each way before the authorization does.
const PROTECTION: Protection = Protection { capture_from: 0, arbiter: till::ID, dispute_seconds: 30 };
/// How many transfers there are at most: with two each state of the wallet follows each other one.
const MOST_TRANSFERS: usize = 2;

type Arrow = (PaymentStatus, PaymentStatus);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Transfer {
    right_token: bool,
    amount: u64,
    moment: i64,
}

/// One payment, and all that its status follows from.
#[derive(Clone)]
struct World {
    moment: usize,
    has_price: bool,
    is_cancelled: bool,
    is_reverted: bool,
    opened_at: i64,
    /// Whether it came by a charge, which captures at once.
    is_immediate: bool,
    escrow: Option<(till::Payment, Option<Outcome>)>,
    transfers: Vec<Transfer>,
}

impl World {
    fn begins(has_price: bool) -> Self {
        let (is_cancelled, is_reverted) = (false, false);
        Self {
            moment: 0,
            has_price,
            is_cancelled,
            is_reverted,
            opened_at: 0,
            is_immediate: false,
            escrow: None,
            transfers: vec![],
        }
    }

    fn now(&self) -> i64 {
        MOMENTS[self.moment]
    }

    fn request(&self) -> GatewayPayment {
        let time = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let option = || OptionRecord {
            terms_id: String::new(),
            address: String::new(),
            mint: "right".to_owned(),
            symbol: None,
            token_program: String::new(),
            decimals: 0,
            shard: 0,
            amount: Amount(AMOUNT),
            salt: 0,
            quote: None,
            quote_expires_at: Some(time(QUOTE_EXPIRY)),
            paid_at: self.escrow.as_ref().map(|_| time(self.opened_at)),
            created_at: time(0),
        };
        GatewayPayment {
            mint: "right".to_owned(),
            amount: Amount(AMOUNT),
            authorization_expiry: time(AUTHORIZATION_EXPIRY),
            options: self.has_price.then(option).into_iter().collect(),
            ..GatewayPayment::default()
        }
    }

    fn status(&self) -> PaymentStatus {
        let request = self.request();
        let chain = self.escrow.as_ref().map(|(payment, outcome)| ChainPayment {
            capturable: Amount(payment.capturable),
            captured: Amount(payment.captured),
            refunded: Amount(payment.refunded),
            dispute_expiry: DateTime::from_timestamp(payment.dispute_expiry, 0)
                .filter(|_| payment.dispute_expiry != 0),
            outcome: *outcome,
            ..ChainPayment::unpaid()
        });
        PaymentStatus::derive(Facts {
            chain: chain.as_ref(),
            is_reverted: self.is_reverted,
            is_late: request.was_paid_late(),
            is_immediate: self.is_immediate,
            received: Received::of(&request, &self.records()),
            is_cancelled: self.is_cancelled,
            is_expired: self.now() >= AUTHORIZATION_EXPIRY,
        })
    }

    fn records(&self) -> Vec<TransferRecord> {
        let record = |transfer: &Transfer| TransferRecord {
            payment_id: String::new(),
            signature: String::new(),
            mint: if transfer.right_token { "right" } else { "wrong" }.to_owned(),
            decimals: 0,
            amount: Amount(transfer.amount),
            slot: 0,
            block_time: DateTime::from_timestamp(transfer.moment, 0).unwrap(),
            finalized: false,
        };
        self.transfers.iter().map(record).collect()
    }

    /// Everything that can happen next.
    fn next(&self) -> Vec<Self> {
        let mut next = Vec::new();
        if self.moment + 1 < MOMENTS.len() {
            next.push(Self { moment: self.moment + 1, ..self.clone() });
        }
        if self.transfers.len() < MOST_TRANSFERS {
            next.extend(self.transferred());
        }
        match &self.escrow {
            None => next.extend(self.without_escrow()),
            Some((payment, outcome)) => {
                next.push(Self { escrow: None, is_reverted: true, ..self.clone() });
                next.extend(self.with_escrow(payment, *outcome));
            }
        }
        next
    }

    fn transferred(&self) -> impl Iterator<Item = Self> + '_ {
        let kinds =
            [true, false].into_iter().flat_map(|token| (1..=AMOUNT + 1).map(move |amount| (token, amount)));
        kinds.map(|(right_token, amount)| {
            let mut next = self.clone();
            next.transfers.push(Transfer { right_token, amount, moment: self.now() });
            // In which order they came makes no difference.
            next.transfers.sort();
            next
        })
    }

    fn without_escrow(&self) -> Vec<Self> {
        let cancelled = Self { is_cancelled: true, ..self.clone() };
        if self.now() >= AUTHORIZATION_EXPIRY {
            return vec![cancelled];
        }
        let terms = Terms {
            id: [0; 16],
            mint: till::ID,
            amount: AMOUNT,
            authorization_expiry: AUTHORIZATION_EXPIRY,
            refund_expiry: REFUND_EXPIRY,
            capture_mode: CaptureMode::Manual,
            max_fee_bps: 0,
            protection: Some(PROTECTION),
            splits: vec![],
            salt: 0,
        };
        let key = till::ID;
        let new = NewEscrow {
            terms: &terms,
            terms_hash: [0; 32],
            vault: key,
            payer: key,
            rent_payer: key,
            fee_bps: 0,
        };
        let authorized = till::Payment::authorized(new);
        let mut charged = authorized;
        charged.charge(&[]).unwrap();
        let opened = |payment, is_immediate| Self {
            escrow: Some((payment, None)),
            opened_at: self.now(),
            is_immediate,
            ..self.clone()
        };
        vec![cancelled, opened(authorized, false), opened(charged, true)]
    }

    /// What the program does not refuse.
    fn with_escrow(&self, payment: &till::Payment, outcome: Option<Outcome>) -> Vec<Self> {
        let now = self.now();
        let mut next = Vec::new();
        let mut attempt = |outcome, change: &dyn Fn(&mut till::Payment) -> bool| {
            let mut payment = *payment;
            if change(&mut payment) {
                // How often it changed has no end, and says nothing.
                payment.sequence = 1;
                next.push(Self { escrow: Some((payment, outcome)), ..self.clone() });
            }
        };
        for amount in 0..=AMOUNT {
            for is_final in [false, true] {
                attempt(outcome, &|payment| payment.capture(amount, is_final, &[], now).is_ok());
            }
            attempt(outcome, &|payment| payment.refund(amount, false, now).is_ok());
            let resolved = if amount == 0 { Some(Outcome::Voided) } else { outcome };
            attempt(resolved, &|payment| payment.resolve(amount, &[], now).is_ok());
        }
        attempt(outcome, &|payment| payment.release(&[]).is_ok());
        attempt(outcome, &|payment| payment.dispute(&PROTECTION, now).is_ok());
        attempt(Some(Outcome::Voided), &|payment| payment.void().is_ok());
        attempt(Some(Outcome::Reclaimed), &|payment| payment.reclaim(now).is_ok());
        next
    }

    /// What tells it from others.
    fn key(&self) -> impl Eq + std::hash::Hash + use<> {
        let escrow = self.escrow.as_ref().map(|(payment, outcome)| {
            let numbers = [payment.capturable, payment.captured, payment.refunded];
            (numbers, payment.dispute_expiry, outcome.map(Outcome::as_str), self.opened_at, self.is_immediate)
        });
        (self.moment, self.has_price, self.is_cancelled, self.is_reverted, escrow, self.transfers.clone())
    }
}

/// Every change of status that some sequence of the model brings about.
fn played() -> BTreeSet<Arrow> {
    let mut arrows = BTreeSet::new();
    let mut open = vec![World::begins(false), World::begins(true)];
    let mut seen: HashSet<_> = open.iter().map(World::key).collect();
    while let Some(world) = open.pop() {
        let status = world.status();
        for next in world.next() {
            let after = next.status();
            if after != status {
                arrows.insert((status, after));
            }
            if seen.insert(next.key()) {
                open.push(next);
            }
        }
    }
    arrows
}

/// The arrows of the diagram, those of boxes taken apart.
fn drawn() -> BTreeSet<Arrow> {
    let diagram = DIAGRAM.split("```mermaid").nth(1).unwrap().split("```").next().unwrap();
    let mut boxes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut arrows = Vec::new();
    let mut inside = None;
    for line in diagram.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((from, to)) = line.split_once("-->") {
            arrows.push((from.trim(), to.split(':').next().unwrap().trim()));
        } else if let Some(named) = line.strip_prefix("state ") {
            inside = named.strip_suffix('{').and_then(|named| named.trim().rsplit(' ').next());
        } else if line == "}" {
            inside = None;
        } else if let Some(name) = inside {
            boxes.entry(name).or_default().push(line);
        } else {
            assert_eq!(line, "stateDiagram-v2");
        }
    }
    assert_eq!(arrows.remove(0), ("[*]", "created"));
    let members = |name: &str| -> Vec<PaymentStatus> {
        let names = boxes.get(name).cloned().unwrap_or_else(|| vec![name]);
        let read = |name: &&str| serde_json::from_value(serde_json::json!(name)).expect("a status");
        names.iter().map(read).collect()
    };
    let mut apart = BTreeSet::new();
    for (from, to) in arrows {
        for from in members(from) {
            for to in members(to).into_iter().filter(|to| *to != from) {
                apart.insert((from, to));
            }
        }
    }
    apart
}

#[test]
fn the_diagram_shows_what_happens_and_nothing_else() {
    let (played, drawn) = (played(), drawn());
    let missing: Vec<_> = played.difference(&drawn).collect();
    let idle: Vec<_> = drawn.difference(&played).collect();
    assert!(
        missing.is_empty() && idle.is_empty(),
        "not drawn: {missing:?}; drawn, and never happens: {idle:?}"
    );
    let shown: BTreeSet<_> = drawn.iter().flat_map(|(from, to)| [*from, *to]).collect();
    assert_eq!(shown, BTreeSet::from(PaymentStatus::ALL));
}
