import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { Card } from "../../common/components/Card";
import { Page } from "../../common/components/Page";
import { WalletPicker } from "../../common/components/WalletPicker";
import { connected } from "../../common/wallet";
import { useAction } from "../hooks/useAction";
import { Failure } from "../parts/Show";
import { words } from "../words";
import { hasExpired } from "./session";
import { canSignIn, signIn } from "./signIn";

export function SignIn() {
  const now = connected.value;
  const start = useAction(async () => now && (await signIn(now)));
  return (
    <Page title={words("sign_in_title")}>
      <div class="sign-in">
        <h1>{words("sign_in_title")}</h1>
        {hasExpired.value && <Alert kind="warning">{words("session_expired")}</Alert>}
        <Card>
          <p>{words("sign_in_how")}</p>
          <WalletPicker words={(wallet) => words("sign_in_wallet", { wallet })} />
          {now && !canSignIn(now) && <Alert kind="warning">{words("sign_in_cannot", { wallet: now.wallet.name })}</Alert>}
          {now && canSignIn(now) && (
            <Button wide busy={start.busy} onClick={() => void start.run()}>
              {words("sign_in")}
            </Button>
          )}
          <Failure error={start.error} />
        </Card>
        <p class="hint">{words("sign_in_safe")}</p>
      </div>
    </Page>
  );
}
