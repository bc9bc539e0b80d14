import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { shared } from "../words";

interface Props {
  title: string;
  onClose: () => void;
  /** Only its buttons close it, and no slip beside it. */
  firm?: boolean;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus in it, and Escape closes it. Mount it to open it. */
export function Dialog({ title, onClose, firm = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        if (firm) {
          event.preventDefault();
        }
      }}
      onClose={onClose}
      onClick={(event) => {
        if (!firm && event.target === dialog.current) {
          onClose();
        }
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="dialog-close" aria-label={shared("close")} onClick={onClose}>
            <span aria-hidden="true">×</span>
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
