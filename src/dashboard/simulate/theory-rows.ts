/** What a run measures so far, in rows, and beside each measure what theory says, where it says anything. */
import { amountText, partText } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import type { TermId } from '../glossary.ts';
import { theoryBeside, type Beside } from '../../text/theory-beside.ts';
import type { Standing } from './session-messages.ts';

export interface Row extends Required<Beside> {
  readonly name: string;
  readonly measured: string;
  /** Absent: its name says it all. */
  readonly term?: TermId;
}

export function rowsOf(standing: Pick<Standing, 'scenario' | 'parameters' | 'measured'>): Row[] {
  const { measured } = standing;
  const { coverage, payloadPerUpdate, controlPerUpdate, lastDeliveryHop, detectionMs } = measured;
  const beside = theoryBeside(standing);
  const rows: Row[] = [];
  const add = (name: string, text: string, { theory = '', note = '' }: Beside = {}, term?: TermId): void => {
    rows.push({ name, measured: text, theory, note, ...(term !== undefined && { term }) });
  };
  if (coverage !== undefined) add('Coverage, mean', partText(coverage.mean), beside.coverage, 'coverage');
  if (payloadPerUpdate !== undefined)
    add('Copies per update', amountText(payloadPerUpdate), beside.payloadPerUpdate, 'copy');
  if (controlPerUpdate !== undefined) add('Other messages per update', amountText(controlPerUpdate), {}, 'control');
  if (coverage !== undefined) {
    const { p50 } = measured.deliveryTimeMs ?? {};
    const { max } = measured.timeToAllMs ?? {};
    add('Delivery time, median', p50 === undefined ? 'most not yet' : spanText(p50), {}, 'delivery-time');
    add('Time to all, longest', max === undefined ? 'not all yet' : spanText(max), {}, 'time-to-all');
  }
  const stretch = measured.stretch?.p50;
  if (stretch !== undefined)
    add('Stretch, median', stretch.toFixed(2), { theory: '1', note: 'a flood over these links' }, 'stretch');
  if (lastDeliveryHop !== undefined) add('Hops, most', `${lastDeliveryHop.max}`, beside.lastDeliveryHop, 'hop');
  if (detectionMs?.p50 !== undefined) add('Death noticed, median', spanText(detectionMs.p50), {}, 'detection-time');
  if (measured.falsePositives > 0) {
    add('Living nodes called dead', amountText(measured.falsePositives), { theory: '0' }, 'false-positive');
  }
  return rows;
}
