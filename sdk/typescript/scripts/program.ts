//! The program's IDL as Codama's tree, with what an IDL cannot say: more of the addresses that the program derives,
//! and the accounts that are the same in every instruction.

import { readFile } from "node:fs/promises";
import { rootNodeFromAnchor } from "@codama/nodes-from-anchor";
import { getProgramDerivedAddress, type Address } from "@solana/kit";
import {
  accountValueNode,
  addPdasVisitor,
  bytesTypeNode,
  constantPdaSeedNodeFromString,
  createFromRoot,
  fixedSizeTypeNode,
  numberTypeNode,
  publicKeyTypeNode,
  publicKeyValueNode,
  setInstructionAccountDefaultValuesVisitor,
  updateInstructionsVisitor,
  variablePdaSeedNode,
  type Codama,
  type PdaSeedNode,
} from "codama";

const text = (value: string): PdaSeedNode => constantPdaSeedNodeFromString("utf8", value);
const key = (name: string): PdaSeedNode => variablePdaSeedNode(name, publicKeyTypeNode());
const number = (name: string, format: "u8" | "u16"): PdaSeedNode => variablePdaSeedNode(name, numberTypeNode(format));
const hash = (name: string): PdaSeedNode => variablePdaSeedNode(name, fixedSizeTypeNode(bytesTypeNode(), 32));

/** After `programs/till/src/pda.rs`: those that Anchor does not derive itself. */
const PDAS = [
  { name: "merchant", seeds: [text("merchant"), key("founder"), number("index", "u16")] },
  { name: "payment", seeds: [text("payment"), key("merchant"), hash("termsHash")] },
  { name: "pool", seeds: [text("pool"), key("founder"), number("index", "u16"), hash("termsHash")] },
  { name: "position", seeds: [text("position"), key("pool"), key("owner"), number("salt", "u8")] },
  { name: "donation", seeds: [text("donation"), key("campaign"), key("donor"), number("salt", "u8")] },
];

/** The tree for the renderer. */
export async function program(idl: URL): Promise<Codama> {
  const document = JSON.parse(await readFile(idl, "utf8"));
  const codama = createFromRoot(rootNodeFromAnchor(document));
  const programAddress: Address = document.address;
  const derived = async (seed: string) =>
    publicKeyValueNode((await getProgramDerivedAddress({ programAddress, seeds: [seed] }))[0]);
  codama.update(addPdasVisitor({ [document.metadata.name]: PDAS }));
  codama.update(
    setInstructionAccountDefaultValuesVisitor([
      { account: "eventAuthority", defaultValue: await derived("__event_authority") },
      { account: "program", defaultValue: publicKeyValueNode(programAddress) },
      { account: "protocol", defaultValue: await derived("protocol") },
    ]),
  );
  codama.update(
    updateInstructionsVisitor({
      registerMerchant: { arguments: { payoutWallet: { defaultValue: accountValueNode("payoutWallet") } } },
    }),
  );
  return codama;
}
