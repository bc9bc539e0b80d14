/** A body as it was sent, for people who debug. */
export function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <section class="field" aria-label={title}>
      <h3>{title}</h3>
      <pre class="json" tabIndex={0}>
        {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
      </pre>
    </section>
  );
}
