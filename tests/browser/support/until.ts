/** Everything here is done within it, on a slow machine too. In milliseconds. */
export const PATIENCE = 60_000;

/** Asks again and again until there is an answer that is neither false nor nothing. */
export async function until<T>(what: string, ask: () => Promise<T | false | undefined | null>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined && answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
