interface Page<T> {
  data: T[];
  next_cursor?: string | null;
}

/** What a list holds, one after the other; the next page is fetched when it is needed. */
export async function* everyPage<T>(
  fetchPage: (cursor: string | undefined) => Promise<Page<T>>,
  first: string | undefined,
): AsyncGenerator<T, void, undefined> {
  let cursor = first;
  do {
    const page = await fetchPage(cursor);
    yield* page.data;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
