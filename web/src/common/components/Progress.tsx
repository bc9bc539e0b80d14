interface Props {
  /** How much is done, in basis points; more than all shows as all. */
  bps: number;
  label: string;
  /** The same in words. */
  text: string;
}

export function Progress({ bps, label, text }: Props) {
  const percent = Math.min(100, Math.max(0, bps / 100));
  return (
    <progress class="progress" max={100} value={percent} aria-label={label} aria-valuetext={text}>
      {text}
    </progress>
  );
}
