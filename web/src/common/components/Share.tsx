import { shared } from "../words";
import { Button } from "./Button";
import { Card } from "./Card";
import { CopyButton } from "./CopyButton";

interface Props {
  /** The page's address. */
  url: string;
  title: string;
}

/** The page's address to pass on: as a code to scan, by the device's own means where it has some, else to copy. */
export function Share({ url, title }: Props) {
  const share = () => void navigator.share({ title, url }).catch(() => undefined);
  return (
    <Card title={shared("share_title")}>
      <div class="share">
        <img
          class="share-code"
          src={`${new URL(url).pathname}/qr.svg`}
          alt={shared("share_code_alt")}
          width={128}
          height={128}
        />
        <div class="stack">
          <p class="hint">{shared("share_hint")}</p>
          <p class="share-link">
            <a href={url}>{url}</a>
            <CopyButton text={url} name={shared("share_link")} />
          </p>
        </div>
      </div>
      {typeof navigator.share === "function" && (
        <Button kind="secondary" onClick={share}>
          {shared("share")}
        </Button>
      )}
    </Card>
  );
}
