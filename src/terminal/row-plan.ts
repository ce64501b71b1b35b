/** Shares a screen's height out among its parts. */

export interface RowPlan {
  /** Lines about the node as a whole, the most important first. */
  readonly facts: number;
  readonly isSpaced: boolean;
  /** Table rows, the header not counted. */
  readonly table: number;
  /** Message lines, their heading not counted; 0 leaves the section out. */
  readonly messages: number;
}

/** Title, table header and footer. */
const FIXED_ROWS = 3;
const LEAST_BODY_FOR_MESSAGES = 8;
const LEAST_MESSAGE_SECTION = 4;

/** The table gets what its records need, but leaves the messages a share; they take what it does not need. */
export function planRows(rows: number, facts: number, records: number): RowPlan {
  const shownFacts = Math.min(facts, rows >= 18 ? facts : rows >= 13 ? 2 : rows >= 8 ? 1 : 0);
  const isSpaced = rows >= 20;
  const body = Math.max(0, rows - FIXED_ROWS - shownFacts - Number(isSpaced));
  if (body < LEAST_BODY_FOR_MESSAGES) return { facts: shownFacts, isSpaced, table: body, messages: 0 };
  const section = Math.max(LEAST_MESSAGE_SECTION, Math.floor(body * 0.3));
  const table = Math.min(Math.max(1, records), body - section);
  return { facts: shownFacts, isSpaced, table, messages: body - table - 1 };
}
