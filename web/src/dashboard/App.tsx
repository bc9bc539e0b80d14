import { ErrorBoundary, lazy, LocationProvider, Route, Router } from "preact-iso";
import { useEffect, useState } from "preact/hooks";

import { Spinner } from "../common/components/Spinner";
import { startWallets } from "../common/wallet";
import { shared } from "../common/words";
import { Frame } from "./Frame";
import { Failure } from "./parts/Show";
import { NotFound } from "./parts/View";
import { Merchants } from "./session/Merchants";
import { enter } from "./session/merchants";
import { merchant, merchantId, session } from "./session/session";
import { SignIn } from "./session/SignIn";

const Overview = lazy(() => import("./overview/Overview").then((it) => it.Overview));
const Payments = lazy(() => import("./payments/Payments").then((it) => it.Payments));
const Payment = lazy(() => import("./payment/PaymentView").then((it) => it.PaymentView));
const Links = lazy(() => import("./links/Links").then((it) => it.Links));
const Payouts = lazy(() => import("./payouts/Payouts").then((it) => it.Payouts));
const Reports = lazy(() => import("./reports/Reports").then((it) => it.Reports));
const Webhooks = lazy(() => import("./webhooks/Webhooks").then((it) => it.Webhooks));
const Endpoint = lazy(() => import("./webhooks/EndpointView").then((it) => it.EndpointView));
const Keys = lazy(() => import("./keys/Keys").then((it) => it.Keys));
const Settings = lazy(() => import("./settings/Settings").then((it) => it.Settings));

export function App() {
  useEffect(startWallets, []);
  if (!session.value) {
    return <SignIn />;
  }
  return (
    <LocationProvider scope="/dashboard">
      <Frame>{merchant.value ? <Views key={merchant.value.id} /> : <Entrance />}</Frame>
    </LocationProvider>
  );
}

/** Goes on with the merchant of before, when the page was loaded again; else one is chosen. */
function Entrance() {
  const [again, setAgain] = useState(merchantId.value);
  useEffect(() => {
    if (again) {
      enter(again).catch(() => setAgain(null));
    }
  }, [again]);
  return again && merchantId.value ? <Spinner label={shared("loading")} /> : <Merchants />;
}

function Views() {
  const [failure, setFailure] = useState<unknown>(null);
  return (
    <ErrorBoundary onError={setFailure}>
      <Failure error={failure} />
      <Router onRouteChange={() => setFailure(null)}>
        <Route path="/dashboard" component={Overview} />
        <Route path="/dashboard/payments" component={Payments} />
        <Route path="/dashboard/payments/:id" component={Payment} />
        <Route path="/dashboard/links" component={Links} />
        <Route path="/dashboard/payouts" component={Payouts} />
        <Route path="/dashboard/reports" component={Reports} />
        <Route path="/dashboard/webhooks" component={Webhooks} />
        <Route path="/dashboard/webhooks/:id" component={Endpoint} />
        <Route path="/dashboard/keys" component={Keys} />
        <Route path="/dashboard/settings" component={Settings} />
        <Route default component={NotFound} />
      </Router>
    </ErrorBoundary>
  );
}
