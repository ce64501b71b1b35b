/** Of an address: no repair and no upkeep, so that nothing but the rumors is seen. In milliseconds: a month. */
export const QUIET = 'shuffleMs=2592000000&heartbeatMs=2592000000&heartbeatMinMs=2592000000&favorites=no';
