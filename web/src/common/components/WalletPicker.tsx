import type { Wallet } from "@wallet-standard/base";
import { useState } from "preact/hooks";

import { useWallet } from "../useWallet";
import { explain, networkName, shared } from "../words";
import { Address } from "./Address";
import { Alert } from "./Alert";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

interface Props {
  /** On the button while nothing is connected. */
  label?: string;
  /** What the connected wallet is used for, as a sentence with its name; "Paying with …" unless given. */
  words?: (wallet: string) => string;
}

/** Connects a wallet, or shows the one that is connected. */
export function WalletPicker({ label, words }: Props) {
  const { wallet, address, isRightNetwork, disconnect } = useWallet();
  const [open, setOpen] = useState(false);
  if (!wallet || !address) {
    return (
      <>
        <Button wide onClick={() => setOpen(true)}>
          {label ?? shared("wallet_connect")}
        </Button>
        {open && <WalletDialog onClose={() => setOpen(false)} />}
      </>
    );
  }
  return (
    <>
      <div class="wallet">
        <img class="wallet-icon" src={wallet.icon} alt="" width={32} height={32} />
        <div class="wallet-who">
          <span>{words?.(wallet.name) ?? shared("wallet_connected", { wallet: wallet.name })}</span>
          <Address value={address} name={shared("wallet_account")} />
        </div>
        <Button kind="quiet" onClick={() => void disconnect()}>
          {shared("wallet_disconnect")}
        </Button>
      </div>
      {!isRightNetwork && <Alert kind="warning">{shared("wallet_wrong_network", { network: networkName() })}</Alert>}
    </>
  );
}

function WalletDialog({ onClose }: { onClose: () => void }) {
  const { wallets, connect } = useWallet();
  const [waiting, setWaiting] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const choose = async (wallet: Wallet) => {
    setWaiting(wallet.name);
    setError(null);
    try {
      await connect(wallet);
      onClose();
    } catch (error) {
      setError(error);
    } finally {
      setWaiting(null);
    }
  };
  return (
    <Dialog title={shared("wallet_choose")} onClose={onClose}>
      {wallets.length === 0 && <p>{shared("wallet_none")}</p>}
      <ul class="wallet-list">
        {wallets.map((wallet) => (
          <li key={wallet.name}>
            <Button kind="secondary" wide busy={waiting === wallet.name} onClick={() => void choose(wallet)}>
              <img class="wallet-icon" src={wallet.icon} alt="" width={28} height={28} />
              {wallet.name}
            </Button>
          </li>
        ))}
      </ul>
      {waiting && (
        <p class="hint" role="status">
          {shared("wallet_connecting", { wallet: waiting })}
        </p>
      )}
      {error !== null && <Alert kind="error">{explain(error)}</Alert>}
    </Dialog>
  );
}
