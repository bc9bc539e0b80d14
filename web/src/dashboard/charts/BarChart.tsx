import { useEffect, useRef, useState } from "preact/hooks";

import { language } from "../../common/i18n";
import { words } from "../words";
import { bars, shownLabels, ticks } from "./scale";

export interface Point {
  /** Of the bucket of time, short enough for the axis. */
  label: string;
  /** Decimal text. */
  value: string;
  /** The same for people, with its unit. */
  text: string;
}

interface Props {
  /** What is shown, for the table and for who cannot see the chart. */
  title: string;
  /** The heading of the first column. */
  over: string;
  points: Point[];
  /** Whether the values are counts, and not amounts. */
  counted?: boolean;
}

const HEIGHT = 180;
const LEFT = 48;
/** So much room has half of the last label. */
const RIGHT = 20;
const BOTTOM = 24;
const TOP = 8;
const LABEL_WIDTH = 56;

/** Bars over time; the same numbers can be opened as a table. */
export function BarChart({ title, over, points, counted = false }: Props) {
  const [frame, width] = useWidth();
  const values = points.map((point) => Number(point.value));
  const lines = ticks(Math.max(0, ...values), counted);
  const top = lines.at(-1) ?? 1;
  const plot = { width: Math.max(1, width - LEFT - RIGHT), height: HEIGHT - TOP - BOTTOM };
  const shown = shownLabels(points.length, plot.width, LABEL_WIDTH);
  const y = (value: number) => TOP + plot.height - (value / top) * plot.height;
  const drawn = bars(values, plot.width, plot.height, top);
  return (
    <figure class="chart" ref={frame}>
      <svg role="img" aria-label={title} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
        {lines.map((line) => (
          <g key={line}>
            <line class="chart-line" x1={LEFT} x2={width} y1={y(line)} y2={y(line)} />
            <text class="chart-label" x={LEFT - 8} y={y(line)} text-anchor="end" dominant-baseline="middle">
              {compact(line)}
            </text>
          </g>
        ))}
        {drawn.map((bar, index) => (
          <g key={index} class="chart-bar">
            <title>{`${points[index]?.label}: ${points[index]?.text}`}</title>
            <rect class="chart-hit" x={LEFT + bar.x} y={TOP} width={bar.width} height={plot.height} />
            <rect
              class="chart-fill"
              x={LEFT + bar.x}
              y={TOP + plot.height - bar.height}
              width={bar.width}
              height={bar.height}
              rx={Math.min(3, bar.width / 2)}
            />
          </g>
        ))}
        {points.map(
          (point, index) =>
            shown.has(index) && (
              <text
                key={index}
                class="chart-label"
                x={LEFT + (drawn[index]?.x ?? 0) + (drawn[index]?.width ?? 0) / 2}
                y={HEIGHT - 6}
                text-anchor="middle"
              >
                {point.label}
              </text>
            ),
        )}
      </svg>
      <details class="chart-table">
        <summary>{words("chart_as_table")}</summary>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{over}</th>
              <th scope="col">{title}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point, index) => (
              <tr key={index}>
                <th scope="row">{point.label}</th>
                <td>{point.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function compact(value: number): string {
  return new Intl.NumberFormat(language.value, { notation: "compact", maximumFractionDigits: 2 }).format(value);
}

function useWidth() {
  const frame = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    if (!frame.current) {
      return;
    }
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  return [frame, width] as const;
}
