/** Why does a node not know an update? The words for it, from the history of the update. */
import { useMemo } from 'react';
import { momentText } from '../../../text/spans.ts';
import type { Address, Millis } from '../../../trace/views.ts';
import { wordsOfReason } from '../../../text/reason-words.ts';
import { whyNot } from '../../../trace/why-not.ts';
import { whySentence } from '../../model/chosen-update.ts';
import { shortNames } from '../../model/words.ts';
import type { Session } from '../session.ts';

export function whyWords(session: Session, node: Address, uuid: string): string {
  const wording = wordingOf(session);
  const { history } = session.chosen;
  const { nowMs } = session;
  if (history?.uuid === uuid) return wordsOfReason(whyNot(history, node, nowMs), wording);
  return whySentence(session.model, uuid, node, nowMs, wording);
}

/** The same for a question that stands for a while: answered anew only when the moment has moved on by so much. */
export function useWhyWords(session: Session, node: Address | undefined, uuid: string | undefined): string | undefined {
  const { generation } = session.model;
  const isStill = session.playhead.mode === 'paused';
  const moment: Millis = isStill ? session.nowMs : Math.floor(session.nowMs / 1000);
  return useMemo(
    () => (node === undefined || uuid === undefined ? undefined : whyWords(session, node, uuid)),

    [session, node, uuid, moment, generation],
  );
}

function wordingOf(session: Session): { name: (address: Address) => string; time: (ms: Millis) => string } {
  const { opened } = session.model;
  return { name: shortNames(session.state), time: (ms) => momentText(ms, opened?.epochMs) };
}
