import { Alert } from "../../common/components/Alert";
import { Button } from "../../common/components/Button";
import { CopyButton } from "../../common/components/CopyButton";
import { Dialog } from "../../common/components/Dialog";
import { words } from "../words";

interface Props {
  title: string;
  /** What it is, for the button that copies it. */
  name: string;
  secret: string;
  onClose: () => void;
}

/** A secret that is shown this once: it is not closed by a slip beside it. */
export function SecretDialog({ title, name, secret, onClose }: Props) {
  return (
    <Dialog firm title={title} onClose={onClose}>
      <Alert kind="warning">{words("secret_once")}</Alert>
      <p class="secret">
        <code>{secret}</code> <CopyButton text={secret} name={name} />
      </p>
      <Button wide onClick={onClose}>
        {words("secret_kept")}
      </Button>
    </Dialog>
  );
}
