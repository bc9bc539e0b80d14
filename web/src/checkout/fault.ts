/** Why paying did not work, and what to do about it. Pure. */

import { ApiProblem } from "../common/api";
import { WalletError } from "../common/wallet";

/** What a person does next. */
export type Remedy =
  /** Take a fresh transaction: this one was too old when it was sent. */
  | "fresh"
  /** Look at the state, which has changed meanwhile. */
  | "look"
  /** Nothing that we know of beyond trying again. */
  | "again";

/** What nodes and wallets say of a transaction whose block hash is too old. */
const TOO_OLD = /blockhash not found|block ?height exceeded|blockhash.*expired|transaction.*expired/i;

const STATE_CHANGED = ["payment_already_paid", "payment_cancelled", "payment_expired"];

export function remedy(error: unknown): Remedy {
  if (error instanceof ApiProblem && STATE_CHANGED.includes(error.code)) {
    return "look";
  }
  if (error instanceof WalletError && error.fault === "failed" && TOO_OLD.test(error.message)) {
    return "fresh";
  }
  return "again";
}
