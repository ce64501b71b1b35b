/** A reason of `why-not.ts` as one or two plain sentences, for whoever asks: a terminal, a page. */
import type { Copy } from '../trace/dissemination-history.ts';
import type { Address, Millis } from '../trace/views.ts';
import type { Gap, Reason, Unknown } from '../trace/why-not.ts';
import { momentText } from './spans.ts';
import { counted, listOf } from './words.ts';

export interface Wording {
  readonly name: (address: Address) => string;
  readonly time: (ms: Millis) => string;
}

/** More than this many are counted, not named. */
const MAX_NAMED = 3;

/** Stands for those that a holder did not bring it to. */
const IT = '\u0000';

const PLAIN: Wording = { name: (address) => address, time: momentText };

export function wordsOfReason(reason: Reason, wording: Wording = PLAIN): string {
  const { name, time } = wording;
  const node = name(reason.node);
  switch (reason.kind) {
    case 'holds':
      return holdsWords(reason, wording);
    case 'newer': {
      const { version, via, at } = reason.newer;
      const what = version === undefined ? 'something newer of the same origin' : `the newer version ${version}`;
      const how = via === undefined ? '' : via === reason.node ? ', its own' : ` from ${name(via)}`;
      return `${node} has no need of it: it has held ${what}${how}, since ${time(at)}.`;
    }
    case 'unpublished':
      return reason.publishedAt === undefined
        ? `${node} has no copy: nobody in this trace had told of this update by ${time(reason.atMs)}.`
        : `${node} has no copy: it was published only at ${time(reason.publishedAt)}.`;
    case 'notUp':
      return notUpWords(reason, wording);
    case 'paused':
      return `${node} has no copy: it has stood still since ${time(reason.sinceMs)}${waitingWords(reason.waiting, wording)}.`;
    case 'full':
      return `${node} has no copy: its own table is full, so it could not take ${copiesWords(reason.copies, wording, 'brought')}.`;
    case 'underway':
      return `${node} has no copy yet: ${copiesWords(reason.copies, wording, 'sent')} ${reason.copies.length === 1 ? 'is' : 'are'} on the way.`;
    case 'lost':
      return lostWords(reason, wording);
    case 'notSent':
      return notSentWords(reason, wording);
    case 'noNeighbors': {
      const since = reason.sinceMs === undefined ? '' : ` since ${time(reason.sinceMs)}`;
      return `${node} has no copy: it has had no neighbours${since}.`;
    }
    case 'cutOff':
      return cutOffWords(reason, wording);
    case 'unknown':
      return unknownWords(reason, wording);
  }
}

type Of<Kind extends Reason['kind']> = Extract<Reason, { readonly kind: Kind }>;

function holdsWords({ node, delivery, newer }: Of<'holds'>, { name, time }: Wording): string {
  const { via, at, hops, means } = delivery;
  const replaced =
    newer === undefined || newer.at < at
      ? ''
      : ` At ${time(newer.at)} version ${newer.version ?? '?'} took its place there.`;
  if (via === node && hops === 0) return `${name(node)} has it: it published it, at ${time(at)}.${replaced}`;
  const how = {
    push: `${name(via)} sent it`,
    graft: `${name(via)} sent it because it was asked for it`,
    delta: `a comparison of tables with ${name(via)} brought it`,
  }[means];
  return `${name(node)} has it since ${time(at)}: ${how}, after ${counted(hops, 'send')} from the origin.${replaced}`;
}

function notUpWords({ node, why, sinceMs, held }: Of<'notUp'>, { name, time }: Wording): string {
  const when = sinceMs === undefined ? '' : ` at ${time(sinceMs)}`;
  if (why === 'notStarted') return `${name(node)} has no copy: it was started only${when}.`;
  const end = why === 'killed' ? `it was killed${when}` : `it left${when}`;
  const had = held === undefined ? '' : `; it had had it since ${time(held.at)}`;
  return `${name(node)} has no copy: ${end}${had}.`;
}

function waitingWords(waiting: readonly Copy[], wording: Wording): string {
  if (waiting.length === 0) return '';
  const verb = waiting.length === 1 ? 'waits' : 'wait';
  return `; ${copiesWords(waiting, wording, 'sent')} ${verb} for it to run on`;
}

function lostWords({ node, copies, gaps }: Of<'lost'>, wording: Wording): string {
  const isOnly = copies.length === 1;
  const fates = grouped(copies, fateOf).map(([fate, those]) =>
    isOnly ? fate : `${those.length === copies.length ? 'all' : those.length} ${fate.replace(/^was /, 'were ')}`,
  );
  const which = isOnly
    ? `the only one sent to it, ${senderWords(copies, wording)},`
    : `of ${copies.length} sent to it, ${senderWords(copies, wording)},`;
  const rest = gaps.length === 0 ? '' : ` ${gapSentence(gaps, wording, 'other ')}`;
  return `${wording.name(node)} has no copy: ${which} ${fates.join(', ')}.${rest}`;
}

function fateOf({ outcome, reason = '' }: Copy): string {
  if (outcome === 'unanswered')
    return `was not answered (${reason}), so that its sender gave up: whether it arrived the trace cannot tell`;
  if (reason === 'partition') return 'was lost to the partition';
  if (reason === 'down') return 'was lost because nobody ran there at that moment';
  return 'was lost on the way, by chance';
}

function notSentWords({ node, gaps, neighbors }: Of<'notSent'>, wording: Wording): string {
  const name = wording.name(node);
  const have =
    gaps.length === 1
      ? `one of its ${counted(neighbors, 'neighbour')} has it`
      : `${gaps.length === neighbors ? 'all' : gaps.length} of its ${neighbors} neighbours have it`;
  const only = neighbors === 1 ? 'its only neighbour has it' : have;
  return `${name} has no copy: none was sent to it, though ${only}. ${gapSentence(gaps, wording, '')}`;
}

function cutOffWords({ node, neighbors, reach, frontier, stepsAway, losses }: Of<'cutOff'>, wording: Wording): string {
  const { name } = wording;
  const nobody = neighbors === 1 ? 'nor has its only neighbour' : `nor has any of its ${neighbors} neighbours`;
  const begin = `${name(node)} has no copy, ${nobody}`;
  const [nearest] = frontier;
  if (nearest === undefined) {
    const group = `these and ${counted(reach - 1 - neighbors, 'other')} have no link to any node that has it`;
    const alone = reach - 1 === neighbors ? 'none of these has a link to any node that has it' : group;
    const lost = losses.length === 0 ? '' : ` ${wordOfLosses(losses, wording)}`;
    return `${begin}: ${alone}.${lost}`;
  }
  const gaps = frontier.filter(({ from }) => from === nearest.from);
  const others = new Set(frontier.map(({ from }) => from)).size - 1;
  const more =
    others === 0
      ? ''
      : ` ${counted(others, 'other node')} further on ${others === 1 ? 'borders' : 'border'} on those without it, too.`;
  return `${begin}: the wave stopped ${counted(stepsAway, 'link')} away, at ${name(nearest.from)}. ${gapSentence(gaps, wording, '')}${more}`;
}

function wordOfLosses(losses: readonly Copy[], wording: Wording): string {
  const fates = grouped(losses, fateOf).map(
    ([fate, those]) => `${those.length} ${those.length === 1 ? fate : fate.replace(/^was /, 'were ')}`,
  );
  return `Of the copies sent to them, ${fates.join(', ')}: the first ${senderWords(losses.slice(0, 1), wording)}.`;
}

function unknownWords(reason: Of<'unknown'>, { name, time }: Wording): string {
  const node = name(reason.node);
  const since = reason.sinceMs === undefined ? '' : time(reason.sinceMs);
  const from = reason.from === undefined ? '' : name(reason.from);
  const lacks: { readonly [what in Unknown]: string } = {
    node: `it has no word of ${node} up to then`,
    beginning: `its first word of ${node} is of ${since}, after the update, which may have come before`,
    arrival: `a copy from ${from} arrived at ${since}, but not what ${node} did with it`,
    seen: `${node} knew it when ${from} sent it at ${since}, but not how it had come, or gone`,
    sends: 'not all that was sent is told',
    links: 'it tells nobody’s neighbours',
  };
  return `Whether and why ${node} has no copy this trace cannot tell: ${lacks[reason.what]}.`;
}

/** "7001 and 7002 hold it over a lazy link; 7003 had no TTL left." */
function gapSentence(gaps: readonly Gap[], wording: Wording, other: string): string {
  const groups = grouped(gaps, (gap) => causeWords(gap, wording)).map(([cause, those]) => {
    const froms = [...new Set(those.map(({ from }) => wording.name(from)))];
    const tos = [...new Set(those.map(({ to }) => wording.name(to)))];
    return `${listed(froms, other)} ${cause.replace(IT, listed(tos, ''))}`;
  });
  return `${groups.join('; ')}.`;
}

/** What one may say of each holder, in the past tense: it fits one and many. */
function causeWords({ cause }: Gap, { time }: Wording): string {
  switch (cause.kind) {
    case 'underway':
      return `sent a copy to ${IT} that is on the way`;
    case 'lost':
      return `sent a copy to ${IT} that ${fateOf(cause.copy)}`;
    case 'paused':
      return `stood still from ${time(cause.sinceMs)} on`;
    case 'ttl':
      return 'passed it on to nobody: its TTL ran out there';
    case 'repaired':
      return 'got it by a comparison of tables, which is not passed on';
    case 'fromIt':
      return `got it from ${IT} itself, which has forgotten it since`;
    case 'metLater':
      return `became a neighbour of ${IT} only at ${time(cause.sinceMs)}, after passing it on`;
    case 'bornLater':
      return `had passed it on before ${IT} was started, at ${time(cause.sinceMs)}`;
    case 'oneSided':
      return `did not count ${IT} among its peers`;
    case 'lazy':
      return `did not send it, because its link to ${IT} is outside the broadcast tree`;
    case 'notChosen':
      return `passed it on to ${counted(cause.sentTo, 'other')}, not to ${IT}`;
    case 'silent':
      return 'sent it to nobody';
  }
}

/** "the copy sent by 7003 at 1.204 s", "the 3 copies sent by 7003, 7004 and 7005". */
function copiesWords(copies: readonly Copy[], wording: Wording, verb: string): string {
  return `${copies.length === 1 ? 'the copy' : `the ${copies.length} copies`} ${verb} ${senderWords(copies, wording)}`;
}

/** "by 7003 at 1.204 s". */
function senderWords(copies: readonly Copy[], { name, time }: Wording): string {
  const senders = [...new Set(copies.map(({ from }) => name(from)))];
  const [only] = copies;
  const at = copies.length === 1 && only?.sentAt !== undefined ? ` at ${time(only.sentAt)}` : '';
  return `by ${listed(senders, '')}${at}`;
}

function listed(names: readonly string[], other: string): string {
  if (names.length > MAX_NAMED) return `${names.length} ${other}nodes (${names.slice(0, MAX_NAMED - 1).join(', ')}, …)`;
  return listOf(names);
}

function grouped<Item>(items: readonly Item[], of: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(of(item), [...(groups.get(of(item)) ?? []), item]);
  return [...groups];
}
