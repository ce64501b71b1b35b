/** Is what the target uses flat? Compared are two moments at rest, in the middle and at the end of a run. */

export interface Usage {
  /** After garbage was collected. */
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly descriptors: number | undefined;
  /** In its table, which may grow up to its bounds: outsiders that it is told of are members like others. */
  readonly records: number;
}

/** What V8 keeps for itself from one moment to the other: code, caches of shapes. Measured: below 3 MB. */
const SLACK_BYTES = 8_000_000;
/** A record with its payload of at most 4096 characters; most are far smaller. */
const RECORD_BYTES = 4096;
/** Connections to peers come and go. */
const SLACK_DESCRIPTORS = 16;

/** @returns what has grown, or `undefined` */
export function growthOf(middle: Usage, end: Usage): string | undefined {
  const records = Math.max(0, end.records - middle.records);
  const grown = end.heapBytes + end.externalBytes - middle.heapBytes - middle.externalBytes;
  if (grown > SLACK_BYTES + records * RECORD_BYTES) {
    return `memory grew by ${megabytes(grown)} from the middle to the end, and the table by ${records} records`;
  }
  const [before, after] = [middle.descriptors, end.descriptors];
  if (before !== undefined && after !== undefined && after > before + SLACK_DESCRIPTORS) {
    return `open descriptors grew from ${before} in the middle to ${after} at the end`;
  }
  return undefined;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
