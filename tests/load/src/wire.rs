//! A slot as a Yellowstone endpoint tells it, encoded ahead: the generator is not to take the cores from
//! the indexer.

use anchor_lang::event::EVENT_IX_TAG_LE;
use solana_pubkey::Pubkey;
use yellowstone_grpc_proto::{
    prelude::{subscribe_update::UpdateOneof, *},
    prost::{Message as _, bytes::Bytes},
};

use super::chain::{Slot, Transaction as Executed, Write};

/// The filters of `till_indexer::sources::yellowstone`, by which it knows its own transactions.
const OURS: &[&str] = &["till"];
const ALL: &[&str] = &["all"];
const BOTH: &[&str] = &["all", "till"];

/// A final slot is so far behind the confirmed one.
const FINAL_BEHIND: u64 = 32;

/// All messages of a slot, in the order in which a node tells them.
pub fn messages(slot: &Slot) -> Vec<Bytes> {
    let mut messages = Vec::new();
    let foreign = 0..slot.foreign;
    for index in foreign.clone() {
        messages.push(encoded(ALL, status(slot.number, index, vec![1; 64])));
    }
    for (transaction, index) in slot.transactions.iter().zip(foreign.end..) {
        for write in &transaction.writes {
            messages.push(encoded(OURS, account(slot.number, write, transaction)));
        }
        messages.push(encoded(OURS, executed(slot.number, index, transaction)));
        messages.push(encoded(BOTH, status(slot.number, index, transaction.signature.to_vec())));
    }
    messages.push(encoded(ALL, meta(slot)));
    messages.push(encoded(ALL, state(slot.number, SlotStatus::SlotConfirmed)));
    messages.push(encoded(ALL, state(slot.number - FINAL_BEHIND, SlotStatus::SlotFinalized)));
    messages
}

fn encoded(filters: &[&str], update: UpdateOneof) -> Bytes {
    let filters = filters.iter().map(|&filter| filter.to_owned()).collect();
    let created_at = Some(yellowstone_grpc_proto::prost_types::Timestamp::default());
    SubscribeUpdate { filters, update_oneof: Some(update), created_at }.encode_to_vec().into()
}

fn status(slot: u64, index: u64, signature: Vec<u8>) -> UpdateOneof {
    UpdateOneof::TransactionStatus(SubscribeUpdateTransactionStatus {
        slot,
        signature,
        index,
        ..Default::default()
    })
}

fn state(slot: u64, status: SlotStatus) -> UpdateOneof {
    let (status, parent) = (status as i32, Some(slot - 1));
    UpdateOneof::Slot(SubscribeUpdateSlot { slot, parent, status, ..Default::default() })
}

fn meta(slot: &Slot) -> UpdateOneof {
    let number = slot.number;
    UpdateOneof::BlockMeta(SubscribeUpdateBlockMeta {
        slot: number,
        blockhash: Slot::blockhash(number),
        parent_slot: number - 1,
        parent_blockhash: Slot::blockhash(number - 1),
        block_time: Some(UnixTimestamp { timestamp: slot.time }),
        block_height: Some(BlockHeight { block_height: number }),
        executed_transaction_count: slot.foreign + slot.transactions.len() as u64,
        ..Default::default()
    })
}

fn account(slot: u64, write: &Write, by: &Executed) -> UpdateOneof {
    let account = SubscribeUpdateAccountInfo {
        pubkey: write.address.to_bytes().into(),
        lamports: 2_000_000,
        owner: till::ID.to_bytes().into(),
        data: vec![0; write.size],
        write_version: write.version,
        txn_signature: Some(by.signature.into()),
        ..Default::default()
    };
    UpdateOneof::Account(SubscribeUpdateAccount { account: Some(account), slot, ..Default::default() })
}

/// With everything that a node tells of a transaction, used or not: it has to be read all the same.
fn executed(slot: u64, index: u64, transaction: &Executed) -> UpdateOneof {
    let program = till::ID;
    let mut keys = vec![transaction.payer, program, till::pda::event_authority()];
    keys.extend(transaction.writes.iter().map(|write| write.address));
    keys.extend((keys.len() as u8..14).map(|byte| Pubkey::new_from_array([byte; 32])));
    let signature = transaction.signature.to_vec();
    let message = Message {
        header: Some(MessageHeader { num_required_signatures: 1, ..Default::default() }),
        account_keys: keys.iter().map(|key| key.to_bytes().into()).collect(),
        recent_blockhash: vec![7; 32],
        instructions: vec![CompiledInstruction {
            program_id_index: 1,
            accounts: (0..keys.len() as u8).collect(),
            data: vec![0; 160],
        }],
        versioned: true,
        ..Default::default()
    };
    let emitted = transaction.events.iter().map(|event| InnerInstruction {
        program_id_index: 1,
        accounts: vec![2],
        data: [EVENT_IX_TAG_LE, event].concat(),
        stack_height: Some(2),
    });
    let transfer = InnerInstruction {
        program_id_index: 13,
        accounts: vec![6, 7, 8, 0],
        data: vec![12; 10],
        stack_height: Some(2),
    };
    let instructions = std::iter::once(transfer).chain(emitted).collect();
    let meta = TransactionStatusMeta {
        fee: 5_000,
        pre_balances: vec![1_000_000; keys.len()],
        post_balances: vec![1_000_000; keys.len()],
        inner_instructions: vec![InnerInstructions { index: 0, instructions }],
        log_messages: vec![format!("Program {program} consumed 20000 of 200000 compute units"); 8],
        pre_token_balances: vec![token_balance(); 2],
        post_token_balances: vec![token_balance(); 2],
        compute_units_consumed: Some(20_000),
        ..Default::default()
    };
    let info = SubscribeUpdateTransactionInfo {
        signature: signature.clone(),
        transaction: Some(Transaction { signatures: vec![signature], message: Some(message) }),
        meta: Some(meta),
        index,
        ..Default::default()
    };
    UpdateOneof::Transaction(SubscribeUpdateTransaction {
        transaction: Some(info),
        slot,
        ..Default::default()
    })
}

fn token_balance() -> TokenBalance {
    let key = till::ID.to_string();
    TokenBalance {
        account_index: 6,
        mint: key.clone(),
        owner: key.clone(),
        program_id: key,
        ui_token_amount: Some(UiTokenAmount {
            ui_amount: 25.0,
            decimals: 6,
            amount: "25000000".to_owned(),
            ui_amount_string: "25".to_owned(),
        }),
    }
}
