/**
 * The simulation as the page has it: a source of the feed for its views, and for its panel what is set, how the run stands
 * and what is wrong. The scenario lives in the page's address, with all that was done to the run since it began.
 */
import type { Scenario } from '../../../sim/simulate.ts';
import type { ActionTarget, Deed, FeedAction, FeedMessage } from '../../feed.ts';
import type { FeedSource } from '../../feed-source.ts';
import { pageScenario } from '../page-limits.ts';
import { lessonPlaceAt, runOf, type LessonPlace } from '../lessons/lesson-address.ts';
import { encodeScenario, readAddress } from '../scenario-address.ts';
import type { Command, Report, Speed, Standing } from '../session-messages.ts';
import { OPENING, type Settings } from '../settings.ts';

type Listener = (message: FeedMessage) => void;

/** What the panel shows. */
export interface Shown {
  readonly settings: Settings;
  /** The last that the settings made. */
  readonly scenario: Scenario;
  /** Has anything been set that does not run yet? */
  readonly hasChanges: boolean;
  readonly standing: Standing | undefined;
  /** One line: what is wrong with the address or the settings. */
  readonly problem: string | undefined;
  readonly speed: Speed;
  readonly isPaused: boolean;
  /** What comes after the `#`; in a lesson: of what the lesson runs. */
  readonly address: string;
  /** Where in the lessons the page is; `undefined`: in none. */
  readonly lesson: LessonPlace | undefined;
}

export class SimulatedRun implements FeedSource {
  private worker: Worker | undefined;
  private listener: Listener | undefined;
  private readonly watchers = new Set<() => void>();
  private readonly answers = new Map<number, (answer: Deed | string) => void>();
  private acts = 0;
  private state: Shown;

  constructor(private readonly makeWorker: () => Worker) {
    const scenario = pageScenario({});
    this.state = {
      ...{ settings: {}, scenario, hasChanges: false, standing: undefined, problem: undefined },
      ...{ speed: 1, isPaused: false, address: encodeScenario(scenario), lesson: undefined },
    };
    this.readLocation();
    addEventListener('hashchange', () => this.onHashChange());
  }

  /** For React: calls back when `shown` has changed. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly shown = (): Shown => this.state;

  /** The run begins with its listener, and ends with it. */
  subscribe(listener: Listener): () => void {
    this.end();
    this.listener = listener;
    const worker = this.makeWorker();
    worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
      if (worker === this.worker) this.hear(data);
    });
    worker.addEventListener('error', (event) => {
      if (worker === this.worker) this.fail(event.message || 'the simulation could not be loaded');
    });
    this.worker = worker;
    // What a broken link meant nobody knows: the reader is told, and starts what is set instead, or not.
    if (this.state.problem === undefined) this.begin();
    return () => {
      if (worker === this.worker) this.end();
    };
  }

  act(action: FeedAction, target: ActionTarget): Promise<Deed> {
    const number = ++this.acts;
    return new Promise((resolve, reject) => {
      if (this.worker === undefined) return reject(new Error('nothing runs'));
      this.answers.set(number, (answer) => (typeof answer === 'string' ? reject(new Error(answer)) : resolve(answer)));
      this.tell({ type: 'act', number, action, target });
    });
  }

  /** What is set now; it runs from the next start on. */
  set(settings: Settings): void {
    try {
      this.change({ settings, scenario: pageScenario(settings), hasChanges: true, problem: undefined });
    } catch (error) {
      this.change({ settings, hasChanges: true, problem: (error as Error).message });
    }
  }

  /** From the beginning, as it is set; a lesson that is open ends with it. */
  start(): void {
    if (this.state.lesson !== undefined) this.leaveLessons();
    this.begin();
  }

  startWith(settings: Settings): void {
    this.set(settings);
    this.change({ isPaused: false });
    this.start();
  }

  setSpeed(speed: Speed): void {
    this.change({ speed });
    this.tell({ type: 'speed', speed });
  }

  pause(isPaused: boolean): void {
    this.change({ isPaused });
    this.tell({ type: 'pause', isPaused });
  }

  step(ms: number): void {
    this.change({ isPaused: true });
    this.tell({ type: 'step', ms });
  }

  private begin(): void {
    this.set(this.state.settings);
    const { settings, speed, isPaused, problem } = this.state;
    if (problem !== undefined) return;
    this.change({ hasChanges: false });
    this.tell({ type: 'start', scenario: settings, speed, isPaused });
  }

  /** Another step of the same run goes on with that, and the list lies over any run; all else begins anew. */
  private onHashChange(): void {
    const { address, lesson, standing } = this.state;
    const place = lessonPlaceAt(location.hash);
    const isOwnRun = lesson?.kind !== 'step' && standing !== undefined;
    if (isOwnRun && (place?.kind === 'list' || location.hash === `#${address}`)) return this.change({ lesson: place });
    this.readLocation();
    const { scenario, problem } = this.state;
    const isSameRun = JSON.stringify(standing?.scenario) === JSON.stringify(scenario);
    if (problem !== undefined || (lesson?.kind === 'step' && place?.kind === 'step' && isSameRun)) return;
    this.begin();
  }

  /** For a run of the reader's own. Back leads to the lesson again. */
  private leaveLessons(): void {
    const { lesson, address } = this.state;
    this.change({ lesson: undefined, isPaused: false, ...(lesson?.kind === 'step' && { speed: 1 }) });
    history.pushState(null, '', `#${address}`);
  }

  private readLocation(): void {
    const place = lessonPlaceAt(location.hash);
    // A lesson's run is over before it is looked at.
    if (place?.kind === 'step') this.change({ speed: Infinity, isPaused: false });
    else if (this.state.lesson?.kind === 'step') this.change({ speed: 1, isPaused: false });
    this.change({ lesson: place });
    const address = place?.kind === 'step' ? runOf(place.lesson, place.index) : location.hash;
    try {
      this.set(readAddress(place?.kind === 'list' || /^#?$/.test(address) ? OPENING.address : address));
    } catch (error) {
      this.change({ settings: {}, scenario: pageScenario({}), problem: (error as Error).message });
    }
  }

  private hear(report: Report): void {
    switch (report.type) {
      case 'feed':
        for (const message of report.messages) this.listener?.(message);
        return this.tell({ type: 'seen', batch: report.batch });
      case 'standing':
        return this.stand(report.standing);
      case 'refused':
        return this.change({ problem: report.reason });
      case 'acted':
        this.answers.get(report.number)?.('deed' in report ? report.deed : report.problem);
        this.answers.delete(report.number);
        return;
      case 'failed':
        return this.fail(report.reason);
    }
  }

  /** What runs is in the address; what was done to it becomes part of what is set. */
  private stand(standing: Standing): void {
    if (JSON.stringify(standing.scenario) === JSON.stringify(this.state.standing?.scenario)) {
      return this.change({ standing });
    }
    const address = encodeScenario(standing.scenario);
    if (this.state.lesson === undefined) history.replaceState(null, '', `#${address}`);
    this.change({ standing, address });
    if (!this.state.hasChanges) this.change({ settings: readAddress(address), scenario: standing.scenario });
  }

  private fail(reason: string): void {
    this.listener?.({ type: 'failed', reason });
    this.change({ problem: reason });
  }

  private end(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.listener = undefined;
    for (const answer of this.answers.values()) answer('the run has ended');
    this.answers.clear();
    this.change({ standing: undefined });
  }

  private tell(command: Command): void {
    this.worker?.postMessage(command);
  }

  private change(changes: Partial<Shown>): void {
    this.state = { ...this.state, ...changes };
    for (const watcher of this.watchers) watcher();
  }
}
