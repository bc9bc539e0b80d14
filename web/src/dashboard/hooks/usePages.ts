import { useEffect, useState } from "preact/hooks";

import { call, withQuery } from "../api/client";
import type { Page } from "../api/types";
import { useAction } from "./useAction";
import { useLoaded } from "./useLoaded";

type Query = Record<string, string | number | null | undefined>;

/** A list that comes page by page, each behind the one before. */
export function usePages<T>(path: string, query: Query = {}) {
  const first = useLoaded((signal) => call<Page<T>>(withQuery(path, query), { signal }), [path, query]);
  const [further, setFurther] = useState<Page<T>[]>([]);
  useEffect(() => setFurther([]), [first.data]);
  const next = (further.at(-1) ?? first.data)?.next_cursor ?? null;
  const more = useAction(async () => {
    const page = await call<Page<T>>(withQuery(path, { ...query, cursor: next }));
    setFurther((pages) => [...pages, page]);
  });
  return {
    ...first,
    data: first.data && [...first.data.data, ...further.flatMap((page) => page.data)],
    /** Nothing when there is no further page. */
    more: next === null ? null : more,
  };
}
