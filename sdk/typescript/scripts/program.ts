//! The program's IDL as Codama's tree, with what an IDL cannot say: the addresses that the program derives, and
//! the accounts that are the same in every instruction.

import { readFile } from "node:fs/promises";
import { rootNodeFromAnchor } from "@codama/nodes-from-anchor";
import { getProgramDerivedAddress, type Address } from "@solana/kit";
import {
  addPdasVisitor,
  constantPdaSeedNodeFromString,
  createFromRoot,
  numberTypeNode,
  publicKeyTypeNode,
  publicKeyValueNode,
  setInstructionAccountDefaultValuesVisitor,
  fixedSizeTypeNode,
  bytesTypeNode,
  variablePdaSeedNode,
  type Codama,
  type PdaSeedNode,
} from "codama";

const named = (text: string): PdaSeedNode => constantPdaSeedNodeFromString("utf8", text);
const key = (name: string): PdaSeedNode => variablePdaSeedNode(name, publicKeyTypeNode());
const number = (name: string, format: "u8" | "u16"): PdaSeedNode => variablePdaSeedNode(name, numberTypeNode(format));
const hash = (name: string): PdaSeedNode => variablePdaSeedNode(name, fixedSizeTypeNode(bytesTypeNode(), 32));

/** After `programs/till/src/pda.rs`. A salt that fits gives bump 255, where the search for a bump begins. */
const PDAS = [
  { name: "merchant", seeds: [named("merchant"), key("founder"), number("index", "u16")] },
  { name: "payment", seeds: [named("payment"), key("merchant"), hash("termsHash")] },
  { name: "pool", seeds: [named("pool"), key("founder"), number("index", "u16"), hash("termsHash")] },
  { name: "position", seeds: [named("position"), key("pool"), key("owner"), number("salt", "u8")] },
  { name: "donation", seeds: [named("donation"), key("campaign"), key("donor"), number("salt", "u8")] },
];

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
  return codama;
}
