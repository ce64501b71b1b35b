/** Draws links, all of a kind at once. */
import type { GraphColors } from './coloring.ts';
import type { Point } from './layout.ts';

export interface Link {
  readonly a: number;
  readonly b: number;
  /** `cut`: nothing crosses it. */
  readonly kind: 'eager' | 'lazy' | 'cut';
}

export interface LinkStyle {
  readonly colors: GraphColors;
  /** All step back. */
  readonly isWave: boolean;
  /** The more there are, the more their links step back: else they hide all else. */
  readonly nodes: number;
  /** Of one that pushes. */
  readonly width: number;
}

/** In one path: many more make it slow to draw. */
const LINKS_AT_A_TIME = 50;
/** Up to so many nodes each link stands out; beyond so many only the tree's do. */
const SPARSE = 60;
const DENSE = 200;

export function drawLinks(
  context: CanvasRenderingContext2D,
  links: readonly Link[],
  points: readonly (Point | undefined)[],
  { colors, isWave, nodes, width }: LinkStyle,
): void {
  const draw = (kind: Link['kind'], color: string, lineWidth: number, alpha: number, dash: number[] = []): void => {
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.globalAlpha = alpha;
    context.setLineDash(dash);
    let count = 0;
    context.beginPath();
    for (const link of links) {
      if (link.kind !== kind) continue;
      const [from, to] = [points[link.a], points[link.b]];
      if (from === undefined || to === undefined) continue;
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      if (++count % LINKS_AT_A_TIME !== 0) continue;
      context.stroke();
      context.beginPath();
    }
    context.stroke();
  };
  context.lineCap = 'butt';
  const isDense = nodes > DENSE;
  const part = nodes <= SPARSE ? 1 : isDense ? 0.22 : 0.55;
  draw('lazy', colors['link-lazy'], 1, isWave ? Math.min(part, 0.5) : part);
  draw('cut', colors.bad, 1.25, Math.max(part, 0.4), [5, 4]);
  if (isWave) draw('eager', colors['link-lazy'], 1, 0.8);
  else draw('eager', colors['link-eager'], isDense ? 1 : width, isDense ? 0.6 : 1);
  context.globalAlpha = 1;
  context.setLineDash([]);
}
