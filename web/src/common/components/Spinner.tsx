interface Props {
  /** Told to who cannot see it; without, it is decoration beside a text. */
  label?: string;
}

export function Spinner({ label }: Props) {
  return label ? <span class="spinner" role="status" aria-label={label} /> : <span class="spinner" aria-hidden="true" />;
}
