import { Card } from "../shared/components/Card";
import { Page } from "../shared/components/Page";
import { Spinner } from "../shared/components/Spinner";
import { WalletPicker } from "../shared/components/WalletPicker";
import { shared } from "../shared/words";

export function Checkout() {
  return (
    <Page title="Till">
      <Card>
        <Spinner label={shared("loading")} />
        <WalletPicker />
      </Card>
    </Page>
  );
}
