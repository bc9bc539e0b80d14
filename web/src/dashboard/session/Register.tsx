import { useState } from "preact/hooks";

import { ApiProblem } from "../../common/api";
import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { Field } from "../../common/components/Field";
import { WalletPicker } from "../../common/components/WalletPicker";
import { useWallet } from "../../common/useWallet";
import { call } from "../api/client";
import { useAction } from "../hooks/useAction";
import { Failure } from "../parts/Show";
import { words } from "../words";
import { bringIn } from "./merchants";
import { session } from "./session";

interface Registration {
  address: string;
  transaction: string;
  message: string;
}

/** How often, and how many times, it is asked whether the account is there. */
const PAUSE = 1_500;
const TRIES = 30;

/** Registers a new merchant on the chain, with one signature, and brings it in. */
export function Register() {
  const { address, signAndSend } = useWallet();
  const wallet = session.value?.wallet ?? "";
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [payout, setPayout] = useState(wallet);
  const [tokens, setTokens] = useState("USDC");
  const register = useAction(async () => {
    const body = { payout_wallet: payout.trim(), tokens: tokens.split(/[\s,]+/).filter(Boolean) };
    const registration = await free((index) =>
      call<Registration>("/v1/merchants/registration", { method: "POST", body: { ...body, index } }),
    );
    await signAndSend(registration.transaction);
    await seen(() => bringIn(registration.address, name.trim()));
  });
  if (!open) {
    return (
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {words("register_open")}
      </Button>
    );
  }
  const incomplete = [name, payout, tokens].some((text) => text.trim() === "") || address !== wallet;
  return (
    <Card title={words("register_title")}>
      <p>{words("register_what")}</p>
      <Field label={words("merchant_name")} value={name} onInput={setName} maxLength={100} />
      <Field label={words("payout_wallet")} hint={words("payout_wallet_hint")} value={payout} onInput={setPayout} />
      <Field label={words("register_tokens")} hint={words("register_tokens_hint")} value={tokens} onInput={setTokens} />
      <WalletPicker words={(wallet) => words("signs_with", { wallet })} />
      {address !== null && address !== wallet && <Alert kind="warning">{words("other_wallet")}</Alert>}
      <Button busy={register.busy} disabled={incomplete} onClick={() => void register.run()}>
        {words("register")}
      </Button>
      <Failure error={register.error} />
    </Card>
  );
}

/** The first of the wallet's merchants that does not exist yet. */
async function free(ask: (index: number) => Promise<Registration>): Promise<Registration> {
  for (let index = 0; ; index += 1) {
    try {
      return await ask(index);
    } catch (error) {
      const isTaken = error instanceof ApiProblem && error.code === "merchant_taken";
      if (!isTaken || index === TRIES) {
        throw error;
      }
    }
  }
}

/** Tries until the chain has what was sent. */
async function seen(bring: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await bring();
    } catch (error) {
      const isUnseen = error instanceof ApiProblem && error.code === "merchant_not_found";
      if (!isUnseen || tried === TRIES) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
