/** Where things stand in a chart. Pure. Here, and only here, amounts become floating point: a pixel is coarse. */

/** About how many lines a chart has. */
const LINES = 4;

/** Round numbers from zero to the first that is not below `most`; whole ones, where things are counted. */
export function ticks(most: number, counted = false): number[] {
  if (!(most > 0)) {
    return [0, 1];
  }
  const step = Math.max(roundStep(most / LINES), counted ? 1 : 0);
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The smallest of 1, 2, 5, 10, … that is not below. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((factor) => factor * power >= step - 1e-12) ?? 10;
  return factor * power;
}

export interface Bar {
  x: number;
  width: number;
  height: number;
}

/** Bars beside each other in a width, for values from zero to `top`. */
export function bars(values: readonly number[], width: number, height: number, top: number): Bar[] {
  const step = width / Math.max(1, values.length);
  const gap = Math.min(8, step * 0.25);
  return values.map((value, index) => ({
    x: index * step + gap / 2,
    width: Math.max(1, step - gap),
    // What is not zero can be seen.
    height: value > 0 ? Math.max(2, (value / top) * height) : 0,
  }));
}

/** Which of `count` labels fit into a width: every so many, from the last one back. */
export function shownLabels(count: number, width: number, labelWidth: number): Set<number> {
  const every = Math.max(1, Math.ceil((count * labelWidth) / Math.max(1, width)));
  const indices = Array.from({ length: count }, (_, index) => index);
  return new Set(indices.filter((index) => (count - 1 - index) % every === 0));
}
