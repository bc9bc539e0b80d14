import { useEffect, useState } from "preact/hooks";

import { Address } from "../common/components/Address";
import { Alert } from "../common/components/Alert";
import { Button } from "../common/components/Button";
import { Card } from "../common/components/Card";
import { Spinner } from "../common/components/Spinner";
import { WalletPicker } from "../common/components/WalletPicker";
import { formatAmount, parseAmount } from "../common/money";
import { useWallet } from "../common/useWallet";
import { explain, shared } from "../common/words";
import { Donation } from "./Donation";
import { remedy } from "./fault";
import { isPast } from "./phase";
import { Quote } from "./Quote";
import { Tokens } from "./Tokens";
import { amountOf } from "../common/token";
import type { Payment } from "./types";
import type { Paying } from "./usePaying";
import { useWays } from "./useWays";
import { t } from "./words";

interface Props {
  payment: Payment;
  paying: Paying;
  now: number;
}

/** Paying with a wallet of this browser. */
export function Pay({ payment, paying, now }: Props) {
  const { address, isRightNetwork } = useWallet();
  const { ways, error: waysError, reload } = useWays(payment.id, address);
  const { step, error, sent, pay } = paying;
  const [mint, setMint] = useState<string | null>(null);
  const [donation, setDonation] = useState("");

  const way = ways?.find((way) => way.mint === mint) ?? ways?.find((way) => way.cheapest) ?? ways?.[0];
  const hasEnded = isPast(way?.quote_expires_at ?? null, now);
  // What is signed is what was shown: a price that does not hold any more is asked for again before anything else.
  useEffect(() => {
    if (hasEnded && step === "idle") {
      void reload();
    }
  }, [hasEnded, step]);

  if (step === "sent" && sent) {
    return (
      <Card title={t("sent")}>
        <p class="row">
          <Spinner />
          {t("sent_more")}
        </p>
        <p>
          <Address value={sent.signature} name={t("signature")} />
        </p>
      </Card>
    );
  }
  const given = donation === "" ? 0n : parseAmount(donation, payment.decimals);
  const isDonationWrong = typeof given !== "bigint";
  const price = way ? parseAmount(way.amount.value, payment.decimals) : 0n;
  // What is given is signed for together with what is paid.
  const isMore = typeof given === "bigint" && given > 0n && typeof price === "bigint";
  const total = isMore ? formatAmount(price + given, payment.decimals) : null;
  return (
    <Card title={t("pay_here")}>
      <WalletPicker />
      {address && isRightNetwork && (
        <>
          {waysError !== null && (
            <>
              <Alert kind="error">{explain(waysError)}</Alert>
              <Button kind="secondary" onClick={() => void reload()}>
                {shared("try_again")}
              </Button>
            </>
          )}
          {!ways && waysError === null && <Spinner label={shared("loading")} />}
          {ways && way && (
            <>
              <Tokens ways={ways} chosen={way} onChoose={setMint} />
              {way.quote_expires_at && <Quote moment={way.quote_expires_at} now={now} />}
              {payment.donation && (
                <Donation offer={payment.donation} token={way} value={donation} onChange={setDonation} decimals={payment.decimals} />
              )}
              <Button
                wide
                busy={step !== "idle" || hasEnded}
                disabled={isDonationWrong}
                onClick={() => void pay({ token: way.mint, donation: donation.trim().replace(",", ".") || null })}
              >
                {step === "building" && t("preparing")}
                {step === "signing" && t("sign_in_wallet")}
                {step === "idle" && t("pay", { amount: amountOf(total ?? way.amount.value, way) })}
              </Button>
            </>
          )}
        </>
      )}
      {sent && <Alert kind="warning">{t("not_seen")}</Alert>}
      {error !== null && (
        <Alert kind="error">{remedy(error) === "fresh" ? t("too_old") : explain(error)}</Alert>
      )}
    </Card>
  );
}
