//! A donation added to a payment at checkout: two instructions of one transaction.

use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::CampaignKind::{AllOrNothing, KeepAll};
use till::client::{self, CampaignKey, ReceiptKey, Receivers};
use till::{CaptureMode, Terms};
use till_tests::{Actors, Invoice};

/// What a transaction may be at most, in bytes.
const LARGEST_TRANSACTION: usize = 1_232;

/// What wallets put in front: a limit of compute units and their price.
fn compute_budget() -> [Instruction; 2] {
    [
        ComputeBudgetInstruction::set_compute_unit_limit(60_000),
        ComputeBudgetInstruction::set_compute_unit_price(1_000),
    ]
}

fn checkout(
    a: &Actors,
    invoice: &Invoice,
    campaign: &CampaignKey,
    receipt: Option<ReceiptKey>,
) -> Vec<Instruction> {
    let terms = invoice.terms.clone();
    let pay = match terms.capture_mode {
        CaptureMode::Manual => client::authorize(&a.payer(), &a.vault, invoice.address, terms),
        CaptureMode::Immediate => {
            let to = Receivers { payout_token: Some(a.payout_token), ..Default::default() };
            client::charge(&a.payer(), &a.vault, invoice.address, &to, terms)
        }
    };
    let donate = client::donate(&a.payer(), campaign, receipt, 1_000_000);
    [compute_budget().as_slice(), &[pay, donate]].concat()
}

/// Signatures and message, as they travel.
fn bytes(instructions: &[Instruction], payer: &Pubkey) -> usize {
    let message = Message::new(instructions, Some(payer));
    1 + 64 * usize::from(message.header.num_required_signatures) + message.serialize().len()
}

#[test]
fn payment_and_donation_fit_one_transaction() {
    for capture_mode in [CaptureMode::Manual, CaptureMode::Immediate] {
        for kind in [KeepAll, AllOrNothing] {
            let mut a = Actors::on_spl_token();
            let (campaign, payer) = (a.campaign(kind), a.payer.insecure_clone());
            let receipt = (kind == AllOrNothing).then(|| ReceiptKey::of(&campaign.address, &payer.pubkey()));
            let invoice = a.invoice(Terms { capture_mode, ..a.terms(1) });
            let instructions = checkout(&a, &invoice, &campaign, receipt);
            let size = bytes(&instructions, &payer.pubkey());
            assert!(size <= LARGEST_TRANSACTION, "{capture_mode:?}, {kind:?}: {size} bytes");

            a.world.send(&instructions, &[&payer]).expect("both, within the compute budget");
            assert_eq!(a.payment(&invoice).amount, invoice.terms.amount);
            assert_eq!(a.campaign_state(&campaign).raised, 1_000_000);
        }
    }
}

#[test]
fn both_happen_or_neither() {
    for capture_mode in [CaptureMode::Manual, CaptureMode::Immediate] {
        let mut a = Actors::on_spl_token();
        let (campaign, payer) = (a.campaign(KeepAll), a.payer.insecure_clone());
        let invoice = a.invoice(Terms { capture_mode, ..a.terms(1) });
        let before = a.world.balance(&a.payer_token);
        let instructions = checkout(&a, &invoice, &campaign, None);

        a.cancel(&campaign);
        a.world.send(&instructions, &[&payer]).expect_err("the campaign takes nothing");
        assert_eq!(a.world.lamports(&invoice.address), 0, "so the invoice is not paid");

        let other = a.campaign_of(till::CampaignTerms { id: 2, ..a.campaign_terms(KeepAll) });
        let instructions = checkout(&a, &invoice, &other, None);
        a.world.set_time(invoice.terms.authorization_expiry);
        a.world.send(&instructions, &[&payer]).expect_err("the invoice has expired");
        assert_eq!(a.campaign_state(&other).raised, 0, "so nothing is donated");
        assert_eq!(a.world.balance(&a.payer_token), before);
    }
}
