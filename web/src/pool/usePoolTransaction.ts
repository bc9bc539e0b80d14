import { useState } from "preact/hooks";

import { api, ConnectionLost, type TransactionForWallet } from "../common/api";
import type { Polled } from "../common/usePolled";
import { useTransaction } from "../common/useTransaction";
import { useWallet } from "../common/useWallet";
import { hasArrived, type Action, type Seen } from "./arrived";
import type { Pool, Position } from "./data";

export interface PoolAnswers {
  pool: Polled<Pool>;
  /** Of the connected wallet. */
  positions: Polled<{ data: Position[] }>;
}

/** What an action needs besides the wallet. */
export interface Details {
  /** In units of the token. */
  amount?: string;
  tier?: number;
  /** The address of a position. */
  position?: string;
}

/** One action of the connected wallet in a pool at a time, watched until it has arrived. */
export function usePoolTransaction(answers: PoolAnswers) {
  const { address: account } = useWallet();
  const { step, busy, run, reset } = useTransaction();
  const [action, setAction] = useState<Action>("stake");

  const act = async (action: Action, details: Details = {}) => {
    setAction(action);
    let before: Seen | null = null;
    await run({
      prepare: async () => {
        before = await look(answers);
        // Without it nobody could say whether it has arrived.
        if (!before) {
          throw new ConnectionLost();
        }
        const pool = answers.pool.data?.address;
        return api<TransactionForWallet>(`/v1/pools/${pool}/transactions`, {
          method: "POST",
          body: { action, account, ...details },
        });
      },
      isSeen: async () => {
        const now = await look(answers);
        return before !== null && now !== null && hasArrived(action, before, now);
      },
    });
  };
  return { step, busy, reset, action, act };
}

async function look(answers: PoolAnswers): Promise<Seen | null> {
  const [pool, positions] = await Promise.all([answers.pool.refresh(), answers.positions.refresh()]);
  return pool && positions && { pool, positions: positions.data };
}
