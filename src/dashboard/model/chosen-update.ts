/** The one update that is looked at closely: its history, told from all that is kept and then on as it comes. */
import type { Address, Millis } from '../../trace/views.ts';
import { DisseminationHistory } from '../../trace/dissemination-history.ts';
import { whyNot } from '../../trace/why-not.ts';
import { wordsOfReason, type Wording } from '../../text/reason-words.ts';
import type { Fact } from './fact.ts';
import type { FeedModel } from './feed-model.ts';

export class ChosenUpdate {
  private told: DisseminationHistory | undefined;

  constructor(private readonly model: FeedModel) {
    model.onFact((fact) => this.observe(fact));
  }

  get uuid(): string | undefined {
    return this.told?.uuid;
  }

  get history(): DisseminationHistory | undefined {
    return this.told;
  }

  choose(uuid: string | undefined): void {
    if (uuid === this.told?.uuid) return;
    this.told = uuid === undefined ? undefined : historyOf(this.model, uuid);
  }

  /** Everything was forgotten and is told anew. */
  restart(): void {
    if (this.told !== undefined) this.told = historyOf(this.model, this.told.uuid);
  }

  private observe(fact: Fact): void {
    if (this.told !== undefined) tell(this.told, fact);
  }
}

/** Why a node does not hold an update at a moment, in a sentence. */
export function whySentence(model: FeedModel, uuid: string, node: Address, atMs: Millis, wording: Wording): string {
  return wordsOfReason(whyNot(historyOf(model, uuid), node, atMs), wording);
}

function historyOf(model: FeedModel, uuid: string): DisseminationHistory {
  const history = new DisseminationHistory(uuid);
  for (const fact of model.timeline.between(-Infinity, Infinity)) tell(history, fact);
  return history;
}

function tell(history: DisseminationHistory, fact: Fact): void {
  if (fact.type === 'reach') return;
  if (fact.type === 'snapshot') history.observeSnapshot(fact);
  else history.observe(fact);
}
