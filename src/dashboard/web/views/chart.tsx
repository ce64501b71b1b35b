/** One chart: uPlot with the page's colours, a dash of its own for each series, and its words outside of the canvas. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import './usable-language.ts';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colorsOf, onColorsChange } from '../theme.ts';

const HEIGHT_PX = 150;
const TOKENS = ['ink-soft', 'line', 'series-1', 'series-2', 'series-3', 'series-4', 'series-5'] as const;
const STROKES = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5'] as const;
/** Colour is not the only sign. */
const DASHES: readonly number[][] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2]];

export interface ChartSeries {
  readonly name: string;
  readonly isStepped?: boolean;
  readonly isPoints?: boolean;
}

export interface ChartProps {
  readonly title: string;
  readonly unit: string;
  readonly data: uPlot.AlignedData;
  readonly series: readonly ChartSeries[];
  readonly yMax?: number;
  readonly summary: string;
  /** Why there is nothing to draw; `undefined`: there is. */
  readonly emptyBecause?: string | undefined;
}

export function Chart({ title, unit, data, series, yMax, summary, emptyBecause }: ChartProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [colors, setColors] = useState(() => colorsOf(TOKENS));
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => onColorsChange(() => setColors(colorsOf(TOKENS))), []);
  const shape = JSON.stringify(series.map(({ isStepped, isPoints }) => [isStepped, isPoints]));
  useEffect(() => {
    const parent = box.current;
    if (parent === null) return;
    const options = optionsOf(
      JSON.parse(shape) as [boolean | null, boolean | null][],
      colors,
      parent.clientWidth,
      yMax,
    );
    const made = new uPlot(options, latest.current, parent);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height: HEIGHT_PX }));
    resized.observe(parent);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [shape, colors, yMax]);
  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <figure className="chart">
      <figcaption>
        <b>{title}</b> <span className="faint">{unit}</span>
      </figcaption>
      <div className="chart-box">
        <div ref={box} role="img" aria-label={`${title}: ${emptyBecause ?? summary}`} />
        {emptyBecause !== undefined && <p className="words">{emptyBecause}</p>}
      </div>
      {series.length > 1 && (
        <ul className="legend">
          {series.map(({ name }, index) => (
            <li key={index}>
              <svg width="22" height="8" aria-hidden="true">
                <line
                  {...{ x1: 0, y1: 4, x2: 22, y2: 4, strokeWidth: 2 }}
                  stroke={colors[STROKES[index % STROKES.length]!]}
                  strokeDasharray={DASHES[index % DASHES.length]!.join(' ')}
                />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

function optionsOf(
  shape: readonly (readonly [isStepped: boolean | null, isPoints: boolean | null])[],
  colors: { readonly [name in (typeof TOKENS)[number]]: string },
  width: number,
  yMax: number | undefined,
): uPlot.Options {
  const axis: uPlot.Axis = {
    ...{ stroke: colors['ink-soft'], font: '11px system-ui, sans-serif', gap: 4 },
    grid: { stroke: colors.line, width: 1 },
    ticks: { stroke: colors.line, width: 1, size: 4 },
  };
  return {
    ...{ width: Math.max(width, 100), height: HEIGHT_PX, legend: { show: false }, cursor: { show: false } },
    padding: [8, 10, 0, 0],
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, yMax ?? Math.max(max * 1.1 || 0, 0.1)] } },
    axes: [
      { ...axis, size: 26 },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      ...shape.map(([isStepped, isPoints], index): uPlot.Series => {
        const stroke = colors[STROKES[index % STROKES.length]!];
        const stepped = uPlot.paths.stepped?.({ align: 1 });
        return {
          ...{ stroke, width: 1.75, dash: DASHES[index % DASHES.length]!, spanGaps: isStepped !== true },
          points: isPoints === true ? { show: true, size: 5, fill: stroke, stroke } : { show: false },
          ...(isPoints === true && { paths: () => null }),
          ...(isStepped === true && stepped !== undefined && { paths: stepped }),
        };
      }),
    ],
  };
}
