/** What happened to a payment, out of its events and its transactions. Pure. */

import type { MerchantEvent, Payment, Transaction } from "../api/types";

export interface Entry {
  key: string;
  /** A type of event. */
  type: string;
  time: string;
  transaction?: Transaction;
}

/**
 * The newest first. It begins with the request, of which no event tells, and has the transactions that no event has
 * told of yet.
 */
export function entriesOf(payment: Payment, events: readonly MerchantEvent[]): Entry[] {
  const now = new Map(payment.transactions.map((transaction) => [transaction.id, transaction]));
  const told = events.filter((event) => !event.test).map((event): Entry => {
    const { transaction } = event.data;
    // As it is now: when it was told it may not have been final.
    const known = transaction && (now.get(transaction.id) ?? transaction);
    return { key: event.id, type: event.type, time: event.timestamp, ...(known && { transaction: known }) };
  });
  const seen = new Set(told.map((entry) => entry.transaction?.id));
  const untold = payment.transactions
    .filter((transaction) => !seen.has(transaction.id))
    .map((transaction): Entry => {
      return { key: transaction.id, type: transaction.kind, time: transaction.created_at, transaction };
    });
  const transfers = (payment.transfers ?? []).map(({ amount, signature, block_time }): Entry => {
    const transaction: Transaction = {
      ...{ id: signature, kind: "charge", status: "confirmed", finality: "confirmed" },
      ...{ amount, signature, created_at: block_time },
    };
    return { key: signature, type: "transfer", time: block_time, transaction };
  });
  const newestFirst = [...told, ...untold, ...transfers]
    .map((entry, index) => ({ entry, index, at: Date.parse(entry.time) }))
    .sort((one, other) => other.at - one.at || other.index - one.index)
    .map(({ entry }) => entry);
  // The chain's clock may be behind ours: the request comes first in any case.
  return [...newestFirst, { key: "created", type: "created", time: payment.created_at }];
}
