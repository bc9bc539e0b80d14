import type { ComponentChildren } from "preact";

import { Button } from "../../common/components/Button";
import { Dialog } from "../../common/components/Dialog";
import { shared } from "../../common/words";
import type { Action } from "../hooks/useAction";
import { Failure } from "./Show";

interface Props {
  title: string;
  /** What its button says: the deed itself, never "OK". */
  submit: string;
  action: Action<[]>;
  danger?: boolean;
  /** What is missing before it can be sent. */
  incomplete?: boolean;
  onClose: () => void;
  children?: ComponentChildren;
}

/** A dialog in which something is filled in or confirmed. It closes when that is done, and says why if it is not. */
export function FormDialog({ title, submit, action, danger = false, incomplete = false, onClose, children }: Props) {
  return (
    <Dialog firm={action.busy} title={title} onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!incomplete) {
            void action.run().then((done) => done && onClose());
          }
        }}
      >
        {children}
        <Failure error={action.error} />
        <div class="dialog-buttons">
          <Button kind="secondary" onClick={onClose}>
            {shared("close")}
          </Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} busy={action.busy} disabled={incomplete}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
