/** `gossip trace FILE`: what a recorded trace tells of its updates. One pass finds them, another follows the one asked about. */
import { writeFile } from 'node:fs/promises';
import { momentText } from '../text/spans.ts';
import { infectionTreeOf, type Infection } from '../trace/infection-tree.ts';
import { wordsOfReason } from '../text/reason-words.ts';
import { UpdateIndex, type UpdateEntry } from '../trace/update-index.ts';
import { DisseminationHistory } from '../trace/dissemination-history.ts';
import type { Address } from '../trace/views.ts';
import { whyNot } from '../trace/why-not.ts';
import { pageOf, wrapped } from './sim-summary.ts';
import { RecordedTrace } from './trace-lines.ts';
import { BY_NUMBER, findUpdate, NodeNames } from './trace-names.ts';
import type { TraceCommandOptions } from './trace-options.ts';
import { pictureOf } from './trace-picture.ts';
import { footOf, overviewOf, timelineOf, titleOf, treeTextOf, type Told } from './trace-text.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import { endWithOutput } from './output.ts';
import { unwritable } from './unwritable.ts';
import { UsageError } from './usage-error.ts';

export async function runTrace(file: string, options: TraceCommandOptions): Promise<void> {
  endWithOutput();
  const asksForOne = ['update', 'svg', 'why', 'at'].some((name) => name in options) || options.timeline;
  const trace = await RecordedTrace.open(file, asksForOne);
  try {
    const index = new UpdateIndex();
    await trace.read((event) => index.observe(event));
    if (asksForOne) await follow(trace, index, options);
    else tellOverview(index, options);
  } finally {
    await trace.close();
  }
}

function tellOverview(index: UpdateIndex, { json, last }: TraceCommandOptions): void {
  const { nodes, events, fromMs, untilMs, updates, published } = index;
  const names = new NodeNames(nodes);
  if (!json) return print(overviewOf(index, last, names, pageOf(process.stdout).width));
  const span = events === 0 ? {} : { fromMs, untilMs };
  const summary = { nodes: nodes.size, events, ...span, published, updates: updates.slice(-last) };
  print(escapeControls(`${JSON.stringify(summary)}\n`));
}

async function follow(trace: RecordedTrace, index: UpdateIndex, options: TraceCommandOptions): Promise<void> {
  const names = new NodeNames(index.nodes);
  const update = chosenUpdate(options.update, index.updates, names);
  const node = options.why === undefined ? undefined : names.find(options.why);
  const history = new DisseminationHistory(update.uuid);
  await trace.read((event) => history.observe(event));
  const atMs = options.at ?? index.untilMs;
  if (node === undefined && atMs < update.publishedAt) {
    throw new UsageError(`#${update.number} was published only at ${momentText(update.publishedAt)}`);
  }
  const told: Told = { history, update, names, atMs, width: pageOf(process.stdout).width };
  const tree = infectionTreeOf(history, atMs);
  const missing = missingAt(told, index.nodes);
  if (options.svg !== undefined) await draw(options.svg, tree, told, missing);
  if (options.json) print(escapeControls(`${JSON.stringify(jsonOf(told, tree, missing, options, node))}\n`));
  else if (node !== undefined) tellWhy(told, node);
  else if (options.timeline) print(`${titleOf(told)}\n\n${timelineOf(told)}\n\n${footOf(told, missing)}\n`);
  else if (options.svg === undefined)
    print(`${titleOf(told)}\n\n${treeTextOf(tree, told)}\n\n${footOf(told, missing)}\n`);
}

function chosenUpdate(text: string | undefined, updates: readonly UpdateEntry[], names: NodeNames): UpdateEntry {
  if (text !== undefined) return findUpdate(text, updates, names);
  const [only] = updates;
  if (only === undefined) throw new UsageError('this trace tells of no update');
  if (updates.length > 1) throw new UsageError(`which of ${updates.length} updates? --update 1, for example`);
  return only;
}

/** Those that run then and hold neither it nor something newer. */
function missingAt({ history, atMs }: Told, nodes: ReadonlySet<Address>): Address[] {
  return [...nodes].sort(BY_NUMBER.compare).filter((node) => {
    if (!history.network.isUpAt(node, atMs)) return false;
    return history.deliveryAt(node, atMs) === undefined && history.newerAt(node, atMs) === undefined;
  });
}

function tellWhy(told: Told, node: Address): void {
  const { history, atMs, names, width } = told;
  const reason = whyNot(history, node, atMs);
  const words = wordsOfReason(reason, { name: (address) => names.shortOf(address), time: momentText });
  print(`${titleOf(told)}\n\nAt ${momentText(atMs)}:\n${wrapped(words, width).join('\n')}\n`);
}

async function draw(path: string, tree: readonly Infection[], told: Told, missing: readonly Address[]): Promise<void> {
  try {
    await writeFile(path, pictureOf(tree, told, missing));
  } catch (error) {
    throw unwritable(path, error as Error);
  }
  process.stderr.write(`gossip: drawn in ${path}\n`);
}

function jsonOf(
  { history, update, atMs }: Told,
  tree: readonly Infection[],
  missing: readonly Address[],
  { timeline }: TraceCommandOptions,
  node: Address | undefined,
): object {
  if (node !== undefined) {
    const reason = whyNot(history, node, atMs);
    return { update, reason, words: wordsOfReason(reason) };
  }
  if (timeline) return { update, atMs, deliveries: history.deliveries.filter(({ at }) => at <= atMs), missing };
  return { update, atMs, tree, copies: history.copies(), missing };
}

function print(text: string): void {
  process.stdout.write(text);
}
