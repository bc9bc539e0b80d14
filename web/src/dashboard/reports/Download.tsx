import { Button } from "../../common/components/Button";
import { download, withQuery } from "../api/client";
import { useAction } from "../hooks/useAction";
import { Failure } from "../parts/Show";
import { words } from "./words";

interface Props {
  path: string;
  query: Record<string, string | number | null | undefined>;
  /** Of the file, without its ending. */
  name: string;
}

/** The whole report as a file, all pages in one. */
export function Download({ path, query, name }: Props) {
  const save = useAction(() => download(withQuery(path, { ...query, format: "csv" }), `${name}.csv`));
  return (
    <div class="row">
      <Button kind="quiet" busy={save.busy} onClick={() => void save.run()}>
        {words("csv")}
      </Button>
      <Failure error={save.error} />
    </div>
  );
}
