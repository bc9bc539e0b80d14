import { useState } from "preact/hooks";

import { Card } from "../common/components/Card";
import { CopyButton } from "../common/components/CopyButton";
import { inPhantom } from "./links";
import type { Payment } from "./types";
import { t } from "./words";

type Code = "transaction" | "transfer";

/** Paying with a wallet that is not in this browser: by a code for a phone's camera, or on the phone by a link. */
export function Scan({ payment }: { payment: Payment }) {
  // What has come by a transfer is completed by one.
  const [code, setCode] = useState<Code>(payment.status === "underpaid" ? "transfer" : "transaction");
  const link = code === "transfer" && payment.transfer_url ? payment.transfer_url : payment.solana_pay_url;
  return (
    <Card title={isPhone() ? t("open_wallet") : t("scan")}>
      {payment.transfer_url && payment.status !== "underpaid" && (
        <fieldset class="choices">
          <legend class="visually-hidden">{t("scan_kind")}</legend>
          <div class="row">
            <Kind name={t("scan_transaction")} checked={code === "transaction"} onPick={() => setCode("transaction")} />
            <Kind name={t("scan_transfer")} checked={code === "transfer"} onPick={() => setCode("transfer")} />
          </div>
          {code === "transfer" && <p class="hint">{t("scan_transfer_more")}</p>}
        </fieldset>
      )}
      {isPhone() ? (
        <>
          <a class="button button-secondary wide" href={link}>
            {t("open_in_wallet")}
          </a>
          <a class="button button-secondary wide" href={inPhantom(location.href)} rel="noreferrer">
            {t("open_in_phantom")}
          </a>
          <details>
            <summary>{t("show_code")}</summary>
            <Picture payment={payment} code={code} />
          </details>
        </>
      ) : (
        <Picture payment={payment} code={code} />
      )}
      <p class="row centred hint">
        {t("copy_link")}
        <CopyButton text={link} name={t("payment_link")} />
      </p>
    </Card>
  );
}

function Kind({ name, checked, onPick }: { name: string; checked: boolean; onPick: () => void }) {
  return (
    <label class="choice choice-short">
      <input type="radio" name="code" checked={checked} onChange={onPick} />
      <span>{name}</span>
    </label>
  );
}

function Picture({ payment, code }: { payment: Payment; code: Code }) {
  // A picture of its own for each code: while the second one loads, nobody scans the first.
  return (
    <figure class="code">
      <img key={code} src={`/pay/${payment.id}/qr.svg?of=${code}`} alt={t("code")} width={288} height={288} />
      <figcaption class="hint">{t("scan_more")}</figcaption>
    </figure>
  );
}

/** Whether the code would be shown on the very phone that had to scan it. */
function isPhone(): boolean {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
