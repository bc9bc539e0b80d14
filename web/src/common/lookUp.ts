import { network } from "./network";

/** Where something of the chain can be looked up; nowhere on a local net. */
export function lookUp(what: "transaction" | "address", value: string): string | undefined {
  const known = network.value;
  return what === "transaction"
    ? known?.transaction_url?.replace("{signature}", value)
    : known?.address_url?.replace("{address}", value);
}
