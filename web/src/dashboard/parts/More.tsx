import { Button } from "../../common/components/Button";
import type { Action } from "../hooks/useAction";
import { words } from "../words";
import { Failure } from "./Show";

/** Goes on in a list, while there is more of it. */
export function More({ more }: { more: Action<[]> | null }) {
  return (
    more && (
      <div class="more">
        <Failure error={more.error} />
        <Button kind="secondary" busy={more.busy} onClick={() => void more.run()}>
          {words("show_more")}
        </Button>
      </div>
    )
  );
}
