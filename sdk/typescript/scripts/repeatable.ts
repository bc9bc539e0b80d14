//! Which operations of the API may be sent again.

interface OpenApi {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
}

/** The source of a list of the operations that take an `Idempotency-Key`, as `METHOD /path`. */
export function repeatable({ paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { parameters }]) => parameters?.some(({ name }) => name.toLowerCase() === "idempotency-key"))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  return `export const IDEMPOTENT: ReadonlySet<string> = new Set(${JSON.stringify(operations, null, 2)});\n`;
}
