/** The network as a graph: what colours mean is a choice, and an update that is chosen is watched here. */
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Pace } from '../../model/pace.ts';
import { fitCanvas } from '../fit-canvas.ts';
import type { ColorBy, Session } from '../session.ts';
import { colorsOf, isDark, onColorsChange, prefersLessMotion } from '../theme.ts';
import { useSession } from '../use-session.ts';
import { coloringOf, GRAPH_TOKENS, type Coloring, type GraphColors } from './coloring.ts';
import { NetworkGraph } from './network-graph.ts';
import { Overlay } from './overlay.ts';

/** What is skipped over in one frame is not shown as messages. */
const MAX_LEAP_MS = 1_500;

export default function GraphView(): ReactNode {
  const session = useSession();
  const container = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [colors, setColors] = useState<GraphColors>(() => colorsOf(GRAPH_TOKENS));
  const [failure, setFailure] = useState<string>();
  useEffect(() => onColorsChange(() => setColors(colorsOf(GRAPH_TOKENS))), []);
  const drawing = useDrawing(session, container, canvas, colors, setFailure);
  const coloring = coloringOf(session, session.state, colors, isDark());
  return (
    <div className="graph">
      <div
        className="graph-picture"
        role="img"
        aria-label={`A graph of ${session.state.nodes.length} nodes. The same is told by the table of nodes.`}
      >
        <div className="graph-sigma" ref={container} />
        <canvas className="graph-overlay" ref={canvas} aria-hidden="true" />
      </div>
      {failure !== undefined && (
        <p className="words over">The graph cannot be drawn: {failure} All other views work.</p>
      )}
      <div className="graph-tools">
        <label className="choice">
          Colour by
          <select
            value={session.colorBy}
            onChange={(event) => session.change(() => (session.colorBy = event.target.value as ColorBy))}
          >
            <option value="freshness">freshness</option>
            <option value="favorite">favourite</option>
            <option value="status">status</option>
            <option value="update" disabled={session.chosen.uuid === undefined}>
              chosen update
            </option>
          </select>
        </label>
        <span className="zoom">
          <button type="button" aria-label="Closer" onClick={() => drawing.current?.graph.zoom('in')}>
            +
          </button>
          <button type="button" aria-label="Farther" onClick={() => drawing.current?.graph.zoom('out')}>
            −
          </button>
          <button type="button" onClick={() => drawing.current?.graph.zoom('all')}>
            Fit
          </button>
        </span>
      </div>
      <Legend coloring={coloring} colors={colors} isWave={session.chosen.uuid !== undefined} />
    </div>
  );
}

function Legend(props: {
  readonly coloring: Coloring;
  readonly colors: GraphColors;
  readonly isWave: boolean;
}): ReactNode {
  const { coloring, colors, isWave } = props;
  return (
    <div className="graph-legend">
      <h2>{coloring.title}</h2>
      <ul className="legend">
        {coloring.legend.map(({ color, words, scale = 1, sign }, index) => (
          <li key={index}>
            <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
              {sign === undefined || sign === '●' ? (
                <circle r={5 * scale} fill={color} />
              ) : (
                <text textAnchor="middle" dominantBaseline="central" fontSize="12" fontWeight="700" fill={color}>
                  {sign}
                </text>
              )}
            </svg>
            <span>{words}</span>
          </li>
        ))}
      </ul>
      {isWave ? <WaveLegend colors={colors} /> : <LinkLegend colors={colors} />}
    </div>
  );
}

function LinkLegend({ colors }: { readonly colors: GraphColors }): ReactNode {
  return (
    <ul className="legend links">
      <li>
        <Line color={colors['link-eager']} width={2.5} /> pushes (tree)
      </li>
      <li>
        <Line color={colors['line-strong']} width={1} /> only announces
      </li>
    </ul>
  );
}

function WaveLegend({ colors }: { readonly colors: GraphColors }): ReactNode {
  return (
    <ul className="legend links">
      <li>
        <Line color={colors.accent} width={2.5} dot /> first copy
      </li>
      <li>
        <Line color={colors.warn} width={1.25} dash="2 3" dot /> not needed
      </li>
      <li>
        <svg width="22" height="10" aria-hidden="true">
          <path d="M7 1l8 8M15 1l-8 8" stroke={colors.bad} strokeWidth="1.75" />
        </svg>
        lost
      </li>
      <li>
        <Line color={colors['ramp-3']} width={2} dash="2 5" /> by repair
      </li>
    </ul>
  );
}

function Line(props: {
  readonly color: string;
  readonly width: number;
  readonly dash?: string;
  readonly dot?: boolean;
}): ReactNode {
  const { color, width, dash, dot } = props;
  return (
    <svg width="22" height="10" aria-hidden="true">
      <line {...{ x1: 0, y1: 5, x2: 22, y2: 5, strokeWidth: width }} stroke={color} strokeDasharray={dash} />
      {dot === true && <circle cx="15" cy="5" r="3.5" fill={dash === undefined ? color : 'none'} stroke={color} />}
    </svg>
  );
}

interface Drawing {
  readonly graph: NetworkGraph;
  readonly overlay: Overlay;
}

function useDrawing(
  session: Session,
  container: RefObject<HTMLDivElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  colors: GraphColors,
  onFailure: (reason: string) => void,
): RefObject<Drawing | undefined> {
  const drawing = useRef<Drawing>(undefined);
  const { generation } = session.model;
  useEffect(() => {
    const [box, over] = [container.current, canvas.current];
    const context = over?.getContext('2d') ?? null;
    if (box === null || over === null || context === null) return;
    const start = (): (() => void) | undefined => {
      try {
        return draw(session, box, over, context, drawing, colorsOf(GRAPH_TOKENS));
      } catch (error) {
        onFailure(`${(error as Error).message}.`);
        return undefined;
      }
    };
    return start();
  }, [session, generation, container, canvas, onFailure]);
  useEffect(() => {
    drawing.current?.graph.setColors(colors);
    if (drawing.current !== undefined) drawing.current.overlay.colors = colors;
    session.change(() => {});
  }, [session, colors]);
  return drawing;
}

function draw(
  session: Session,
  box: HTMLElement,
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  drawing: RefObject<Drawing | undefined>,
  colors: GraphColors,
): () => void {
  let isStale = true;
  let isDirty = true;
  let shownMs = session.nowMs;
  let lastFrame = performance.now();
  const onNode = (number: number | undefined): void => {
    session.choose(number === undefined ? undefined : session.state.nodes[number]?.address);
  };
  const graph = new NetworkGraph(box, colors, onNode, () => (isDirty = true));
  const overlay = new Overlay(context, graph, colors);
  const pace = new Pace();
  drawing.current = { graph, overlay };
  const stopNews = session.subscribe(() => (isStale = true));
  // A notice or a longer legend changes the box too, and sigma itself looks at the window alone.
  const resized = new ResizeObserver(() => graph.resize());
  resized.observe(box);
  const stopFrames = session.onFrame((now) => {
    const elapsed = now - lastFrame;
    lastFrame = now;
    const { nowMs, state, chosen } = session;
    const chosenNode = session.node === undefined ? undefined : state.find(session.node)?.number;
    const mayDraw = pace.mayDraw(now, elapsed);
    const isShown = isStale && mayDraw;
    if (isShown) {
      const coloring = coloringOf(session, state, overlay.colors, isDark());
      graph.show({
        ...{ state, newest: session.model.timeline.head, isComplete: session.model.phase === 'ended' },
        ...{ coloring, chosen: chosenNode, isWave: chosen.uuid !== undefined },
      });
    }
    const hasMoved = graph.step(elapsed, prefersLessMotion(), mayDraw);
    if (isShown || hasMoved) pace.drawn(now);
    if (chosen.history === undefined && !prefersLessMotion()) flashDeliveries(session, overlay, shownMs, now);
    if (isShown || hasMoved || isDirty || shownMs !== nowMs || overlay.hasFlashes) {
      const { width, height } = fitCanvas(canvas);
      overlay.draw(
        { state, history: chosen.history, atMs: nowMs, speed: session.speed, chosen: chosenNode },
        width,
        height,
        now,
      );
    }
    if (isShown) isStale = false;
    isDirty = false;
    shownMs = nowMs;
  });
  return () => {
    stopNews();
    stopFrames();
    resized.disconnect();
    graph.close();
    drawing.current = undefined;
  };
}

/** Of what came since the last frame. */
function flashDeliveries(session: Session, overlay: Overlay, sinceMs: number, now: number): void {
  const { nowMs, state, model, playhead } = session;
  if (playhead.mode === 'paused' || nowMs <= sinceMs || nowMs - sinceMs > MAX_LEAP_MS) return;
  for (const fact of model.timeline.between(sinceMs, nowMs)) {
    if ((fact.type !== 'applied' && fact.type !== 'duplicate') || fact.status !== undefined) continue;
    const [from, to] = [state.find(fact.via), state.find(fact.node)];
    if (from !== undefined && to !== undefined) overlay.flash(from.number, to.number, fact.type === 'applied', now);
  }
}
