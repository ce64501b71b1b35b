/** The network as a graph: what colours mean is a choice, and an update that is chosen is watched here. */
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { counted } from '../../../text/words.ts';
import type { Address } from '../../../trace/views.ts';
import { Pace } from '../../model/pace.ts';
import type { Sides } from '../../model/partitions.ts';
import { fitCanvas } from '../fit-canvas.ts';
import type { ColorBy, Session } from '../session.ts';
import { colorsOf, isDark, onColorsChange, prefersLessMotion } from '../theme.ts';
import { Term } from '../term.tsx';
import { useNarrow } from '../use-narrow.ts';
import { useSession } from '../use-session.ts';
import { coloringOf, GRAPH_TOKENS, type Coloring, type GraphColors } from './coloring.ts';
import { NetworkGraph } from './network-graph.ts';
import { Overlay } from './overlay.ts';
import { Pointing, type PointingHost } from './pointing.ts';

/** What is skipped over in one frame is not shown as messages. */
const MAX_LEAP_MS = 1_500;

export default function GraphView(): ReactNode {
  const session = useSession();
  const container = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [colors, setColors] = useState<GraphColors>(() => colorsOf(GRAPH_TOKENS));
  useEffect(() => onColorsChange(() => setColors(colorsOf(GRAPH_TOKENS))), []);
  const drawing = useDrawing(session, container, picture, canvas, colors);
  const { state, sides } = session;
  const coloring = coloringOf(session, state, colors, isDark());
  return (
    <div className="graph">
      <div
        className={session.isSelecting ? 'graph-picture is-selecting' : 'graph-picture'}
        ref={container}
        role="img"
        aria-label={`A graph of ${session.state.nodes.length} nodes. The table of nodes tells the same, and selects them too.`}
      >
        <canvas ref={picture} className="graph-nodes" aria-hidden="true" />
        <canvas ref={canvas} className="graph-overlay" aria-hidden="true" />
      </div>
      <GraphTools session={session} graph={() => drawing.current?.graph} />
      <Legend {...{ coloring, colors, sides }} isWave={session.chosen.uuid !== undefined} nodes={state.nodes.length} />
    </div>
  );
}

function GraphTools(props: { readonly session: Session; readonly graph: () => NetworkGraph | undefined }): ReactNode {
  const { session, graph } = props;
  const isNarrow = useNarrow();
  return (
    <div className="graph-tools">
      <label className="choice">
        <span className={isNarrow ? 'hidden-words' : undefined}>Colour by</span>
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
      {session.model.opened?.actions.includes('kill') === true && (
        <button
          type="button"
          aria-pressed={session.isSelecting}
          className={session.isSelecting ? 'is-on' : undefined}
          title="Click nodes or draw around them (S)"
          onClick={() => session.change(() => (session.isSelecting = !session.isSelecting))}
        >
          Select
        </button>
      )}
      <span className="zoom">
        <button type="button" aria-label="Closer" onClick={() => graph()?.zoom('in')}>
          +
        </button>
        <button type="button" aria-label="Farther" onClick={() => graph()?.zoom('out')}>
          −
        </button>
        <button type="button" onClick={() => graph()?.zoom('all')}>
          Fit
        </button>
        {session.state.nodes.length > 40 && (
          <button type="button" title="Lay it out anew, as the links are now" onClick={() => graph()?.arrange()}>
            Tidy
          </button>
        )}
      </span>
    </div>
  );
}

function Legend(props: {
  readonly coloring: Coloring;
  readonly colors: GraphColors;
  readonly isWave: boolean;
  readonly sides: Sides | undefined;
  readonly nodes: number;
}): ReactNode {
  const { coloring, colors, isWave, sides, nodes } = props;
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
      {sides !== undefined && <SideLegend colors={colors} sides={sides} nodes={nodes} />}
    </div>
  );
}

function LinkLegend({ colors }: { readonly colors: GraphColors }): ReactNode {
  return (
    <ul className="legend links">
      <li>
        <Line color={colors['link-eager']} width={2.5} /> <Term id="eager">pushes</Term> (tree)
      </li>
      <li>
        <Line color={colors['link-lazy']} width={1} /> <Term id="lazy">only announces</Term>
      </li>
      <li>
        <Line color={colors.bad} width={1.25} dash="5 4" /> cut
      </li>
    </ul>
  );
}

function SideLegend(props: { readonly colors: GraphColors; readonly sides: Sides; readonly nodes: number }): ReactNode {
  const { colors, sides, nodes } = props;
  const sizes = [0, 0];
  for (const side of sides.values()) sizes[side]!++;
  return (
    <ul className="legend">
      {(['side-a', 'side-b'] as const).map((name, side) => (
        <li key={name}>
          <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
            <circle
              r="6"
              fill={colors[name]}
              stroke={colors[`${name}-line`]}
              strokeDasharray={side === 0 ? '' : '3 3'}
            />
          </svg>
          side {side === 0 ? 'A' : 'B'}: {counted(sizes[side]!, 'node')}
        </li>
      ))}
      {sides.size < nodes && <li>{nodes - sides.size} not known yet</li>}
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
        <Line color={colors.warn} width={1.25} dash="2 3" dot /> <Term id="duplicate">not needed</Term>
      </li>
      <li>
        <svg width="22" height="10" aria-hidden="true">
          <path d="M7 1l8 8M15 1l-8 8" stroke={colors.bad} strokeWidth="1.75" />
        </svg>
        lost
      </li>
      <li>
        <Line color={colors['ramp-3']} width={2} dash="2 5" /> <Term id="anti-entropy">by repair</Term>
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
  picture: RefObject<HTMLCanvasElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  colors: GraphColors,
): RefObject<Drawing | undefined> {
  const drawing = useRef<Drawing>(undefined);
  const { generation } = session.model;
  useEffect(() => {
    const [box, under, over] = [container.current, picture.current, canvas.current];
    const context = over?.getContext('2d') ?? null;
    if (box === null || under === null || over === null || context === null) return;
    return draw(session, { box, under, over, context }, drawing);
  }, [session, generation, container, picture, canvas]);
  useEffect(() => {
    drawing.current?.graph.setColors(colors);
    if (drawing.current !== undefined) drawing.current.overlay.colors = colors;
    session.change(() => {});
  }, [session, colors]);
  return drawing;
}

interface Canvases {
  readonly box: HTMLElement;
  readonly under: HTMLCanvasElement;
  readonly over: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
}

function makeLayoutWorker(): Worker {
  return new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module', name: 'layout' });
}

function draw(session: Session, canvases: Canvases, drawing: RefObject<Drawing | undefined>): () => void {
  const { box, under, over, context } = canvases;
  const colors = colorsOf(GRAPH_TOKENS);
  let isStale = true;
  let isDirty = true;
  let shownMs = session.nowMs;
  let lastFrame = performance.now();
  const graph = new NetworkGraph(under, colors, makeLayoutWorker);
  const overlay = new Overlay(context, graph, colors);
  const pace = new Pace();
  drawing.current = { graph, overlay };
  const pointing = new Pointing(
    box,
    graph,
    hostFor(session, () => (isDirty = true)),
  );
  const stopPointing = pointing.listen();
  const stopNews = session.subscribe(() => (isStale = true));
  const resized = new ResizeObserver(() => {
    graph.moved();
    isDirty = true;
  });
  resized.observe(box);
  const stopFrames = session.onFrame((now) => {
    const elapsed = now - lastFrame;
    lastFrame = now;
    const { nowMs, state, chosen, model } = session;
    const chosenNode = session.node === undefined ? undefined : state.find(session.node)?.number;
    const mayDraw = pace.mayDraw(now, elapsed);
    if (isStale && mayDraw) {
      isStale = false;
      graph.show(
        {
          ...{ state, newest: model.timeline.head, expected: model.opened?.expected ?? [], chosen: chosenNode },
          ...{ coloring: coloringOf(session, state, overlay.colors, isDark()), selected: session.selection },
          ...{ sides: session.sides, isWave: chosen.uuid !== undefined },
        },
        now,
      );
    }
    graph.step(elapsed, prefersLessMotion());
    const isDrawn = mayDraw && graph.draw();
    if (isDrawn) pace.drawn(now);
    if (chosen.history === undefined && !prefersLessMotion()) flashDeliveries(session, overlay, shownMs, now);
    if (isDrawn || isDirty || shownMs !== nowMs || overlay.hasFlashes) {
      const { width, height } = fitCanvas(over);
      overlay.draw(
        {
          ...{ state, history: chosen.history, atMs: nowMs, speed: session.speed, chosen: chosenNode },
          ...{ selected: session.selection, hovered: pointing.hovered, lasso: pointing.lasso },
        },
        width,
        height,
        now,
      );
    }
    isDirty = false;
    shownMs = nowMs;
  });
  return () => {
    stopNews();
    stopFrames();
    stopPointing();
    resized.disconnect();
    graph.close();
    drawing.current = undefined;
  };
}

/** What is pressed in the graph, in the session. */
function hostFor(session: Session, changed: () => void): PointingHost {
  const addressOf = (number: number): Address | undefined => session.state.nodes[number]?.address;
  return {
    changed,
    isSelecting: () => session.isSelecting,
    choose(node) {
      if (node === undefined) session.select([]);
      session.choose(node === undefined ? undefined : addressOf(node));
    },
    toggle(node) {
      const address = addressOf(node);
      if (address !== undefined) session.toggleSelected(address);
    },
    select: (nodes) => session.select([...session.selection, ...nodes.flatMap((node) => addressOf(node) ?? [])]),
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
