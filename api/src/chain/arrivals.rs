//! What the transfers of one transaction brought. Pure.

use std::collections::BTreeMap;

use anchor_spl::token_2022::spl_token_2022::extension::transfer_fee::instruction::TransferFeeInstruction;
use anchor_spl::token_2022::spl_token_2022::instruction::TokenInstruction;
use serde::Deserialize;
use till_store::Amount;

/// Tokens of one mint that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub mint: String,
    pub decimals: u8,
    pub amount: Amount,
}

/// A transaction as `getTransaction` tells it in the encoding `json`.
#[derive(Deserialize)]
pub(super) struct Found {
    transaction: Signed,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Signed {
    message: Message,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    account_keys: Vec<String>,
    instructions: Vec<Instruction>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Instruction {
    program_id_index: usize,
    accounts: Vec<usize>,
    /// In base58.
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    err: Option<serde_json::Value>,
    pre_token_balances: Option<Vec<Balance>>,
    post_token_balances: Option<Vec<Balance>>,
    inner_instructions: Option<Vec<Inner>>,
    loaded_addresses: Option<Loaded>,
}

#[derive(Deserialize)]
struct Inner {
    instructions: Vec<Instruction>,
}

#[derive(Default, Deserialize)]
struct Loaded {
    writable: Vec<String>,
    readonly: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance {
    account_index: usize,
    mint: String,
    owner: Option<String>,
    ui_token_amount: TokenAmount,
}

#[derive(Deserialize)]
struct TokenAmount {
    amount: String,
    decimals: u8,
}

impl Found {
    /// What the transfers that name `reference` brought to `wallet`, and no more than its balance grew by: a part may
    /// have gone again, or have been kept as a fee.
    ///
    /// A transaction of our own program counts for nothing. A payout or a capture brings the merchant what was paid
    /// already, and it can be made to mention any payment.
    pub(super) fn arrivals(&self, wallet: &str, reference: &str) -> Vec<Arrival> {
        let Some(meta) = self.meta.as_ref().filter(|meta| meta.err.is_none()) else { return Vec::new() };
        let message = &self.transaction.message;
        let loaded =
            meta.loaded_addresses.iter().flat_map(|loaded| loaded.writable.iter().chain(&loaded.readonly));
        let keys: Vec<&str> = message.account_keys.iter().chain(loaded).map(String::as_str).collect();
        let till = till::ID.to_string();
        if keys.contains(&till.as_str()) {
            return Vec::new();
        }
        let before = meta.pre_token_balances.as_deref().unwrap_or_default();
        let after = meta.post_token_balances.as_deref().unwrap_or_default();
        let held = sums(before, wallet);
        let mut sent = BTreeMap::<&str, u128>::new();
        let inner = meta.inner_instructions.iter().flatten().flat_map(|inner| &inner.instructions);
        for instruction in message.instructions.iter().chain(inner) {
            let Some((to, amount)) = instruction.transfer(&keys, reference) else { continue };
            let into = after.iter().find(|balance| balance.account_index == to);
            if let Some(balance) = into.filter(|balance| balance.owner.as_deref() == Some(wallet)) {
                *sent.entry(&balance.mint).or_default() += u128::from(amount);
            }
        }
        let brought = sums(after, wallet).into_iter().filter_map(|(mint, (decimals, after))| {
            let before = held.get(mint).map_or(0, |(_, before)| *before);
            let amount = after.checked_sub(before)?.min(*sent.get(mint)?);
            let amount = u64::try_from(amount).ok().filter(|amount| *amount > 0)?;
            Some(Arrival { mint: mint.to_owned(), decimals, amount: Amount(amount) })
        });
        brought.collect()
    }
}

impl Instruction {
    /// The account that a transfer of tokens goes to, and how many are sent, if it is one and names `reference`.
    fn transfer(&self, keys: &[&str], reference: &str) -> Option<(usize, u64)> {
        let program = *keys.get(self.program_id_index)?;
        let is_token = [anchor_spl::token::ID, anchor_spl::token_2022::ID]
            .iter()
            .any(|token| token.to_string() == program);
        let is_named = self.accounts.iter().any(|index| keys.get(*index) == Some(&reference));
        if !is_token || !is_named {
            return None;
        }
        let data = bs58::decode(&self.data).into_vec().ok()?;
        // The accounts are the source, the mint where it is checked, and the destination.
        #[expect(deprecated, reason = "wallets still send transfers that are not checked")]
        let (to, amount) = match TokenInstruction::unpack(&data).ok()? {
            TokenInstruction::Transfer { amount } => (1, amount),
            TokenInstruction::TransferChecked { amount, .. } => (2, amount),
            TokenInstruction::TransferFeeExtension => {
                match TransferFeeInstruction::unpack(data.get(1..)?).ok()? {
                    TransferFeeInstruction::TransferCheckedWithFee { amount, .. } => (2, amount),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some((*self.accounts.get(to)?, amount))
    }
}

/// What a wallet holds of each mint, in all its token accounts together.
fn sums<'a>(balances: &'a [Balance], wallet: &str) -> BTreeMap<&'a str, (u8, u128)> {
    let mut sums = BTreeMap::new();
    for balance in balances.iter().filter(|balance| balance.owner.as_deref() == Some(wallet)) {
        let TokenAmount { amount, decimals } = &balance.ui_token_amount;
        let (_, sum) = sums.entry(balance.mint.as_str()).or_insert((*decimals, 0u128));
        *sum += amount.parse::<u64>().map_or(0, u128::from);
    }
    sums
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const TOKEN: usize = 6;
    const NOTHING: [u64; 0] = [];

    fn balance(index: usize, mint: &str, owner: &str, amount: u64) -> Value {
        json!({
            "accountIndex": index, "mint": mint, "owner": owner,
            "uiTokenAmount": { "amount": amount.to_string(), "decimals": 6 },
        })
    }

    /// A `TransferChecked` from the payer's account to `to`, with `reference` behind the accounts that it needs.
    fn transfer(to: usize, amount: u64, reference: usize) -> Value {
        let data = [&[12][..], &amount.to_le_bytes(), &[6]].concat();
        json!({
            "programIdIndex": TOKEN, "accounts": [1, 2, to, 0, reference],
            "data": bs58::encode(data).into_string(),
        })
    }

    /// What the payment named by the key 4 gets. The accounts 3 and 7 are the shop's.
    fn arrivals(instructions: Value, after: [u64; 2], err: Value, last_key: &str) -> Vec<u64> {
        let token = anchor_spl::token::ID.to_string();
        let keys = ["payer", "from", "mint", "to", "this", "other", token.as_str(), last_key];
        let before = json!([balance(3, "mint", "shop", 10), balance(1, "mint", "payer", 500)]);
        let after = json!([balance(3, "mint", "shop", after[0]), balance(7, "mint", "shop", after[1])]);
        let found = json!({
            "transaction": { "message": { "accountKeys": keys, "instructions": instructions } },
            "meta": { "err": err, "preTokenBalances": before, "postTokenBalances": after },
        });
        let found: Found = serde_json::from_value(found).unwrap();
        found.arrivals("shop", "this").iter().map(|arrival| arrival.amount.0).collect()
    }

    #[test]
    fn only_transfers_that_name_the_payment_count() {
        let both = json!([transfer(3, 40, 4), transfer(3, 60, 5)]);
        assert_eq!(arrivals(both, [110, 0], Value::Null, "second"), [40]);
        let to_both_accounts = json!([transfer(3, 40, 4), transfer(7, 2, 4)]);
        assert_eq!(arrivals(to_both_accounts, [50, 2], Value::Null, "second"), [42]);
        assert_eq!(arrivals(json!([transfer(3, 60, 5)]), [70, 0], Value::Null, "second"), NOTHING);
        assert_eq!(arrivals(json!([transfer(1, 60, 4)]), [10, 0], Value::Null, "second"), NOTHING);
        let is_no_transfer = json!([{ "programIdIndex": TOKEN, "accounts": [1, 2, 3, 0, 4], "data": "2" }]);
        assert_eq!(arrivals(is_no_transfer, [70, 0], Value::Null, "second"), NOTHING);
    }

    #[test]
    fn no_more_counts_than_stayed() {
        let transfers = json!([transfer(3, 100, 4)]);
        assert_eq!(arrivals(transfers.clone(), [109, 0], Value::Null, "second"), [99]);
        assert_eq!(arrivals(transfers.clone(), [10, 0], Value::Null, "second"), NOTHING);
        assert_eq!(arrivals(transfers, [110, 0], json!("AccountInUse"), "second"), NOTHING);
    }

    #[test]
    fn what_our_own_program_moves_was_paid_already() {
        let transfers = json!([transfer(3, 100, 4)]);
        assert_eq!(arrivals(transfers.clone(), [110, 0], Value::Null, "second"), [100]);
        assert_eq!(arrivals(transfers, [110, 0], Value::Null, &till::ID.to_string()), NOTHING);
    }
}
