//! The pure parts together: order, numbers, memory and filters.

use std::collections::HashSet;

use yellowstone_grpc_proto::prelude::*;

use super::{
    event::{Event, Update},
    filter::Filter,
    hub::Hub,
    ring::{Lagged, Ring, RingLimits, TooOld},
    sequencer::{ClosedSlot, Sequencer},
    testing::{account_update, transaction_update},
};
use yellowstone_grpc_proto::prelude::{
    subscribe_request_filter_accounts_filter::Filter as Data,
    subscribe_request_filter_accounts_filter_lamports::Cmp,
    subscribe_request_filter_accounts_filter_memcmp::Data as Bytes, subscribe_update::UpdateOneof,
};

fn closed(slot: u64) -> ClosedSlot {
    ClosedSlot {
        slot,
        blockhash: format!("hash-{slot}"),
        parent_blockhash: String::new(),
        block_time: 1,
        block_height: slot,
    }
}

fn status(slot: u64, parent: u64, status: SlotStatus) -> Event {
    Event::Status { slot, parent: Some(parent), status }
}

fn count(event: &Event) -> Option<u64> {
    match event {
        Event::Update { update, .. } => match update.as_ref() {
            Update::BlockMeta(meta) => Some(meta.executed_transaction_count),
            _ => None,
        },
        Event::Status { .. } => None,
    }
}

mod sequencing {
    use super::*;

    #[test]
    fn numbers_transactions_and_counts_them_in_the_meta() {
        let mut sequencer = Sequencer::default();
        let indexes: Vec<u64> = (0..3)
            .map(|signature| match sequencer.transaction(7, transaction_update(signature, &[])) {
                Event::Update { update, .. } => match update.as_ref() {
                    Update::Transaction(transaction) => transaction.info.index,
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(indexes, [0, 1, 2]);
        let [meta, processed, confirmed] = sequencer.close(closed(7));
        assert_eq!(count(&meta), Some(3));
        assert_eq!(processed, status(7, 6, SlotStatus::SlotProcessed));
        assert_eq!(confirmed, status(7, 6, SlotStatus::SlotConfirmed));
        assert_eq!(count(&sequencer.close(closed(8))[0]), Some(0));
    }

    #[test]
    fn the_parent_is_the_slot_closed_before_also_after_a_jump() {
        let mut sequencer = Sequencer::default();
        sequencer.close(closed(7));
        let [meta, processed, _] = sequencer.close(closed(100));
        assert_eq!(processed, status(100, 7, SlotStatus::SlotProcessed));
        match meta {
            Event::Update { update, .. } => match update.as_ref() {
                Update::BlockMeta(meta) => assert_eq!(meta.parent_slot, 7),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_root_finalizes_everything_before_it_once_and_in_order() {
        let mut sequencer = Sequencer::default();
        for slot in [5, 6, 90] {
            sequencer.close(closed(slot));
        }
        assert_eq!(
            sequencer.root(50),
            [status(5, 4, SlotStatus::SlotFinalized), status(6, 5, SlotStatus::SlotFinalized)]
        );
        assert_eq!(sequencer.root(50), []);
        assert_eq!(sequencer.root(90), [status(90, 6, SlotStatus::SlotFinalized)]);
    }
}

mod memory {
    use super::*;

    /// Slots 1 to `last` of one transaction each, everything 2 slots back being final.
    fn filled(last: u64, limits: RingLimits) -> Ring {
        let mut sequencer = Sequencer::default();
        let mut ring = Ring::new(limits);
        for slot in 1..=last {
            ring.push(sequencer.transaction(slot, transaction_update(slot as u8, &[])));
            sequencer.close(closed(slot)).into_iter().for_each(|event| ring.push(event));
            sequencer.root(slot.saturating_sub(2)).into_iter().for_each(|event| ring.push(event));
        }
        ring
    }

    #[test]
    fn replay_runs_into_live_without_gap_or_double() {
        let mut ring = filled(10, RingLimits::default());
        let mut position = ring.seek(4).unwrap();
        let mut seen = ring.read(position, 3).unwrap();
        position += 3;
        // What comes while a subscriber replays is behind what it still has to read.
        ring.push(status(11, 10, SlotStatus::SlotProcessed));
        loop {
            let more = ring.read(position, 3).unwrap();
            if more.is_empty() {
                break;
            }
            position += more.len() as u64;
            seen.extend(more);
        }
        assert_eq!(position, ring.end());
        let slots: Vec<u64> = seen
            .iter()
            .filter_map(|event| match event {
                Event::Status { slot, status: SlotStatus::SlotProcessed, .. } => Some(*slot),
                _ => None,
            })
            .collect();
        assert_eq!(slots, (4..=11).collect::<Vec<_>>());
        assert_eq!(seen.first().map(Event::slot), Some(4));
    }

    #[test]
    fn forgets_the_oldest_slots_and_says_what_is_left() {
        let ring = filled(10, RingLimits { slots: 4, ..RingLimits::default() });
        assert_eq!(ring.first_available(), Some(7));
        assert_eq!(ring.seek(6), Err(TooOld { first_available: 7 }));
        assert!(ring.seek(7).is_ok());
        assert_eq!(ring.seek(99), Ok(ring.end()));
        assert_eq!(ring.slot_updates(6), None);
        assert_eq!(ring.slot_updates(7).map(|updates| updates.len()), Some(2));
        assert_eq!(ring.read(0, 1), Err(Lagged));
    }

    #[test]
    fn is_bounded_in_bytes_too_but_keeps_what_is_not_final() {
        let ring = filled(10, RingLimits { bytes: 1, ..RingLimits::default() });
        assert_eq!(ring.first_available(), Some(9));
    }

    #[test]
    fn knows_the_tip_of_every_commitment() {
        let ring = filled(10, RingLimits::default());
        assert_eq!(ring.tip(CommitmentLevel::Processed), Some(10));
        assert_eq!(ring.tip(CommitmentLevel::Confirmed), Some(10));
        assert_eq!(ring.tip(CommitmentLevel::Finalized), Some(8));
        assert_eq!(ring.tip_meta(CommitmentLevel::Finalized).map(|meta| meta.slot), Some(8));
    }

    #[test]
    fn a_blockhash_is_valid_for_150_blocks() {
        let hub = Hub::new(RingLimits::default());
        for slot in 1..=160 {
            hub.close(closed(slot));
        }
        let valid = |hash: &str| hub.blockhash_valid(hash, CommitmentLevel::Confirmed);
        assert_eq!(valid("hash-160"), Some((160, true)));
        assert_eq!(valid("hash-11"), Some((160, true)));
        assert_eq!(valid("hash-10"), Some((160, false)));
        assert_eq!(valid("never"), Some((160, false)));
        assert_eq!(hub.blockhash_valid("hash-1", CommitmentLevel::Finalized), None);
    }
}

mod filtering {
    use super::*;

    fn address(byte: u8) -> String {
        bs58::encode([byte; 32]).into_string()
    }

    fn accounts(filter: SubscribeRequestFilterAccounts) -> SubscribeRequest {
        SubscribeRequest { accounts: [("a".to_owned(), filter)].into(), ..Default::default() }
    }

    fn transactions(filter: SubscribeRequestFilterTransactions) -> SubscribeRequest {
        SubscribeRequest { transactions: [("t".to_owned(), filter)].into(), ..Default::default() }
    }

    fn data(filter: Data) -> SubscribeRequestFilterAccounts {
        SubscribeRequestFilterAccounts {
            filters: vec![SubscribeRequestFilterAccountsFilter { filter: Some(filter) }],
            ..Default::default()
        }
    }

    fn matches(request: &SubscribeRequest, update: Update) -> bool {
        !Filter::compile(request).unwrap().updates(1, &update).is_empty()
    }

    /// An account at [1; 32], owned by [2; 32], of 5 lamports.
    fn account(bytes: &[u8]) -> Update {
        Update::Account(Box::new(account_update(1, 2, 5, bytes)))
    }

    #[test]
    fn accounts_by_address_and_owner_both_if_both_are_given() {
        let by = |account: &[u8], owner: &[u8]| {
            accounts(SubscribeRequestFilterAccounts {
                account: account.iter().map(|byte| address(*byte)).collect(),
                owner: owner.iter().map(|byte| address(*byte)).collect(),
                ..Default::default()
            })
        };
        assert!(matches(&by(&[], &[]), account(&[])));
        assert!(matches(&by(&[9, 1], &[]), account(&[])));
        assert!(!matches(&by(&[9], &[]), account(&[])));
        assert!(matches(&by(&[], &[2]), account(&[])));
        assert!(matches(&by(&[1], &[2]), account(&[])));
        assert!(!matches(&by(&[1], &[9]), account(&[])));
    }

    #[test]
    fn accounts_by_what_they_hold() {
        let memcmp = |offset, bytes| {
            data(Data::Memcmp(SubscribeRequestFilterAccountsFilterMemcmp { offset, data: Some(bytes) }))
        };
        let holds = |filter, bytes: &[u8]| matches(&accounts(filter), account(bytes));
        assert!(holds(memcmp(1, Bytes::Bytes(vec![8, 9])), &[7, 8, 9, 10]));
        assert!(!holds(memcmp(0, Bytes::Bytes(vec![8, 9])), &[7, 8, 9, 10]));
        assert!(!holds(memcmp(3, Bytes::Bytes(vec![10, 11])), &[7, 8, 9, 10]));
        assert!(!holds(memcmp(u64::from(u32::MAX), Bytes::Bytes(vec![1])), &[1]));
        assert!(holds(memcmp(0, Bytes::Base58(bs58::encode([7, 8]).into_string())), &[7, 8]));
        assert!(holds(memcmp(0, Bytes::Base64("Bwg=".into())), &[7, 8]));
        assert!(holds(data(Data::Datasize(2)), &[7, 8]));
        assert!(!holds(data(Data::Datasize(3)), &[7, 8]));
        let lamports =
            |cmp| data(Data::Lamports(SubscribeRequestFilterAccountsFilterLamports { cmp: Some(cmp) }));
        assert!(holds(lamports(Cmp::Eq(5)), &[]) && !holds(lamports(Cmp::Eq(4)), &[]));
        assert!(holds(lamports(Cmp::Ne(4)), &[]) && !holds(lamports(Cmp::Ne(5)), &[]));
        assert!(holds(lamports(Cmp::Lt(6)), &[]) && !holds(lamports(Cmp::Lt(5)), &[]));
        assert!(holds(lamports(Cmp::Gt(4)), &[]) && !holds(lamports(Cmp::Gt(5)), &[]));
        assert!(holds(data(Data::TokenAccountState(false)), &[]));
        assert!(!holds(data(Data::TokenAccountState(true)), &[]));
    }

    #[test]
    fn account_data_is_cut_to_the_slices() {
        let request = SubscribeRequest {
            accounts_data_slice: vec![
                SubscribeRequestAccountsDataSlice { offset: 0, length: 1 },
                SubscribeRequestAccountsDataSlice { offset: 2, length: 2 },
                SubscribeRequestAccountsDataSlice { offset: 3, length: 9 },
            ],
            ..accounts(SubscribeRequestFilterAccounts::default())
        };
        let updates = Filter::compile(&request).unwrap().updates(1, &account(&[1, 2, 3, 4]));
        match updates[0].update_oneof.as_ref().unwrap() {
            UpdateOneof::Account(update) => assert_eq!(update.account.as_ref().unwrap().data, [1, 3, 4]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn transactions_by_the_accounts_they_touch() {
        let by = |include: &[u8], exclude: &[u8], required: &[u8]| {
            let addresses = |bytes: &[u8]| bytes.iter().map(|byte| address(*byte)).collect();
            transactions(SubscribeRequestFilterTransactions {
                account_include: addresses(include),
                account_exclude: addresses(exclude),
                account_required: addresses(required),
                ..Default::default()
            })
        };
        let touching = || Update::Transaction(Box::new(transaction_update(1, &[3, 4])));
        assert!(matches(&by(&[], &[], &[]), touching()));
        assert!(matches(&by(&[9, 4], &[], &[]), touching()));
        assert!(!matches(&by(&[9], &[], &[]), touching()));
        assert!(!matches(&by(&[3], &[4], &[]), touching()));
        assert!(matches(&by(&[], &[], &[3, 4]), touching()));
        assert!(!matches(&by(&[], &[], &[3, 9]), touching()));
    }

    #[test]
    fn transactions_by_the_owners_of_the_tokens_they_move() {
        let by = |flag: Option<TokenAccountExpansionControlFlag>| {
            transactions(SubscribeRequestFilterTransactions {
                account_include: vec![address(8)],
                token_accounts: flag.map(|flag| flag as i32),
                ..Default::default()
            })
        };
        let mut update = transaction_update(1, &[3]);
        update.token_owners = HashSet::from([[8; 32]]);
        let update = || Update::Transaction(Box::new(update.clone()));
        assert!(!matches(&by(None), update()));
        assert!(matches(&by(Some(TokenAccountExpansionControlFlag::All)), update()));
        assert!(!matches(&by(Some(TokenAccountExpansionControlFlag::BalanceChanged)), update()));
    }

    #[test]
    fn transactions_by_outcome_and_signature() {
        let failed = |failed| {
            transactions(SubscribeRequestFilterTransactions { failed: Some(failed), ..Default::default() })
        };
        let mut bad = transaction_update(1, &[]);
        bad.info.meta = Some(TransactionStatusMeta {
            err: Some(TransactionError { err: vec![1] }),
            ..Default::default()
        });
        let bad = || Update::Transaction(Box::new(bad.clone()));
        let good = || Update::Transaction(Box::new(transaction_update(1, &[])));
        assert!(matches(&failed(false), good()) && !matches(&failed(false), bad()));
        assert!(matches(&failed(true), bad()) && !matches(&failed(true), good()));
        let signed = |byte: u8| {
            transactions(SubscribeRequestFilterTransactions {
                signature: Some(bs58::encode([byte; 64]).into_string()),
                ..Default::default()
            })
        };
        assert!(matches(&signed(1), good()) && !matches(&signed(2), good()));
    }

    #[test]
    fn a_transaction_can_be_wanted_whole_and_as_a_status() {
        let mut request = transactions(SubscribeRequestFilterTransactions::default());
        request.transactions_status = [("s".to_owned(), Default::default())].into();
        let update = Update::Transaction(Box::new(transaction_update(1, &[])));
        let updates = Filter::compile(&request).unwrap().updates(1, &update);
        let names: Vec<_> = updates.iter().map(|update| update.filters.clone()).collect();
        assert_eq!(names, [["t"], ["s"]]);
    }

    #[test]
    fn slot_statuses_all_or_only_of_the_own_commitment() {
        let request = |filter_by_commitment| SubscribeRequest {
            slots: [(
                "s".to_owned(),
                SubscribeRequestFilterSlots { filter_by_commitment, interslot_updates: None },
            )]
            .into(),
            commitment: Some(CommitmentLevel::Confirmed as i32),
            ..Default::default()
        };
        let told = |by_commitment| {
            let filter = Filter::compile(&request(by_commitment)).unwrap();
            [SlotStatus::SlotProcessed, SlotStatus::SlotConfirmed, SlotStatus::SlotFinalized]
                .map(|status| filter.slot_status(1, None, status).is_some())
        };
        assert_eq!(told(None), [true; 3]);
        assert_eq!(told(Some(true)), [false, true, false]);
    }

    #[test]
    fn what_cannot_be_served_is_refused_in_words() {
        let refused = |request: SubscribeRequest| Filter::compile(&request).unwrap_err().to_string();
        let blocks =
            SubscribeRequest { blocks: [("b".to_owned(), Default::default())].into(), ..Default::default() };
        assert!(refused(blocks).contains("does not stream blocks"));
        let bad_key = accounts(SubscribeRequestFilterAccounts {
            account: vec!["not a key".into()],
            ..Default::default()
        });
        assert!(refused(bad_key).contains("invalid pubkey"));
        assert!(
            refused(SubscribeRequest { commitment: Some(7), ..Default::default() }).contains("commitment 7")
        );
        let cuckoo = accounts(SubscribeRequestFilterAccounts {
            cuckoo_accounts_filter: Some(Default::default()),
            ..Default::default()
        });
        assert!(refused(cuckoo).contains("cuckoo"));
    }
}

mod subscribing {
    use std::{sync::Arc, time::Duration};

    use tokio::sync::mpsc;
    use tokio_stream::wrappers::ReceiverStream;
    use tokio_util::sync::CancellationToken;
    use tonic::Status;

    use super::*;
    use crate::grpc::session::{Session, SessionLimits};

    struct Subscriber {
        requests: mpsc::Sender<Result<SubscribeRequest, Status>>,
        updates: mpsc::Receiver<Result<SubscribeUpdate, Status>>,
    }

    impl Subscriber {
        fn new(hub: Arc<Hub>) -> Self {
            let (out, updates) = mpsc::channel(64);
            let (requests, asked) = mpsc::channel(64);
            let silent = SessionLimits { ping_interval: Duration::from_secs(3_600), ..Default::default() };
            let session = Session::new(hub, silent, out);
            tokio::spawn(session.run(ReceiverStream::new(asked), CancellationToken::new()));
            Self { requests, updates }
        }

        async fn ask(&self, request: SubscribeRequest) {
            self.requests.send(Ok(request)).await.unwrap();
        }

        async fn ask_for_slots(&self) {
            let processed =
                SubscribeRequestFilterSlots { filter_by_commitment: Some(true), interslot_updates: None };
            let slots = [("s".to_owned(), processed)].into();
            self.ask(SubscribeRequest { slots, ..Default::default() }).await;
        }

        /// Returns when everything that was asked before is in force.
        async fn ping(&mut self) {
            let ping = Some(SubscribeRequestPing { id: 1 });
            self.ask(SubscribeRequest { ping, ..Default::default() }).await;
            let pong = self.next().await;
            assert!(matches!(pong, UpdateOneof::Pong(_)), "{pong:?}");
        }

        async fn next(&mut self) -> UpdateOneof {
            self.updates.recv().await.unwrap().unwrap().update_oneof.unwrap()
        }

        async fn next_slot(&mut self) -> u64 {
            match self.next().await {
                UpdateOneof::Slot(slot) => slot.slot,
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn what_happens_before_the_first_filter_is_not_lost() {
        let hub = Arc::new(Hub::new(RingLimits::default()));
        let mut subscriber = Subscriber::new(hub.clone());
        hub.close(closed(7));
        subscriber.ping().await;
        subscriber.ask_for_slots().await;
        hub.close(closed(8));
        assert_eq!(subscriber.next_slot().await, 7);
        assert_eq!(subscriber.next_slot().await, 8);
    }

    #[tokio::test]
    async fn who_asks_when_that_is_forgotten_begins_in_the_present() {
        let hub = Arc::new(Hub::new(RingLimits { slots: 2, ..RingLimits::default() }));
        let mut subscriber = Subscriber::new(hub.clone());
        for slot in 1..=5 {
            hub.close(closed(slot));
            hub.root(slot);
        }
        subscriber.ask_for_slots().await;
        subscriber.ping().await;
        hub.close(closed(6));
        assert_eq!(subscriber.next_slot().await, 6);
    }
}
