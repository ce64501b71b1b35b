/** What a thread of the run pool does. A file of its own, because it is a bundle of its own. */
export { runOnce as default } from './run-once.ts';
