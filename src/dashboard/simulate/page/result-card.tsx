/** How the run fares up to now, beside what theory says. */
import type { ReactNode } from 'react';
import { counted } from '../../../text/words.ts';
import { Term } from '../../web/term.tsx';
import { rowsOf } from '../theory-rows.ts';
import type { Standing } from '../session-messages.ts';

export function ResultCard({ standing }: { readonly standing: Standing | undefined }): ReactNode {
  const updates = standing?.measured.updates ?? 0;
  return (
    <section className="sim-card" aria-label="Measured and theory">
      <h3>Measured</h3>
      {standing === undefined || updates === 0 ? (
        <p className="sim-faint">Nothing to measure yet: no update has been published.</p>
      ) : (
        <table>
          <caption>
            {updates} update{updates === 1 ? '' : 's'}, {standing.measured.live} of {standing.scenario.nodes} nodes live
          </caption>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col">Measured</th>
              <th scope="col">Theory</th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(standing).map(({ name, measured, theory, note, term }) => (
              <tr key={name}>
                <th scope="row">{term === undefined ? name : <Term id={term}>{name}</Term>}</th>
                <td>{measured}</td>
                <td>
                  {theory}
                  {note !== '' && <small>{note}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {standing !== undefined && (
        <p className="sim-faint">
          {counted(standing.events, 'event')}
          {standing.isDone ? '' : ' so far'}; trace{' '}
          <code data-trace-hash={standing.isDone ? standing.traceHash : undefined}>{standing.traceHash}</code>
        </p>
      )}
    </section>
  );
}
