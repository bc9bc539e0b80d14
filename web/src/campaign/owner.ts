/** What the wallets that a campaign belongs to can do with it. */

import type { Campaign } from "./data";

export type OwnerAction = "withdraw" | "cancel" | "close";

type Known = Pick<Campaign, "kind" | "status" | "creator" | "beneficiary" | "deadline" | "raised" | "withdrawn" | "refunded">;

/** What was given and has not left, in base units. */
export function held({ raised, withdrawn, refunded }: Pick<Campaign, "raised" | "withdrawn" | "refunded">): bigint {
  return BigInt(raised.base_units) - BigInt(withdrawn.base_units) - BigInt(refunded.base_units);
}

/** What is offered to a wallet at `now` (milliseconds). The chain has the last word. */
export function ownerActions(campaign: Known, account: string, now: number): OwnerAction[] {
  const { kind, status, creator, beneficiary, deadline } = campaign;
  const isCreator = account === creator;
  if ((!isCreator && account !== beneficiary) || status === "closed") {
    return [];
  }
  const isTheirs = kind === "keep_all" || status === "succeeded";
  const isOver = status !== "open" && now >= Date.parse(deadline);
  const actions: OwnerAction[] = [];
  if (isTheirs && held(campaign) > 0n) {
    actions.push("withdraw");
  }
  if (isCreator && status === "open") {
    actions.push("cancel");
  }
  if (isOver && held(campaign) === 0n) {
    actions.push("close");
  }
  return actions;
}
