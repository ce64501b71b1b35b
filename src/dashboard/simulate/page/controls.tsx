/** The panel: what is simulated, how fast, what is done to it, and a link to it. */
import { useState, useSyncExternalStore, type ReactNode } from 'react';
import { countText } from '../../../text/numbers.ts';
import { spanText } from '../../../text/spans.ts';
import type { FeedAction } from '../../feed.ts';
import { Act } from '../../web/act.tsx';
import { useSession } from '../../web/use-session.ts';
import { faultText } from '../list-text.ts';
import { readAddress } from '../scenario-address.ts';
import { JOINS, nearestIndex, OPENING, PRESETS, SLIDERS, STRATEGIES, withValue, type Slider } from '../settings.ts';
import { LessonsPart } from './lesson-guide.tsx';
import { ResultCard } from './result-card.tsx';
import type { Shown, SimulatedRun } from './simulated-run.ts';

const SPEEDS = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, Infinity];
const STEP_MS = 100;
const SEEDS = 2 ** 31;
/** Simulated nodes are called `n5:7000`, and `n5` for short. */
const PORT = ':7000';

const ACTIONS: readonly (readonly [FeedAction, string])[] = [
  ['kill', 'Kill'],
  ['pause', 'Pause'],
  ['resume', 'Resume'],
  ['restart', 'Restart'],
];

interface PartProps {
  readonly run: SimulatedRun;
  readonly shown: Shown;
}

export function Controls({ run }: { readonly run: SimulatedRun }): ReactNode {
  const shown = useSyncExternalStore(run.watch, run.shown);
  return (
    <div className="sim">
      <LessonsPart run={run} />
      <RunPart run={run} shown={shown} />
      <ResultCard standing={shown.standing} />
      <DeedsPart run={run} shown={shown} />
      <SettingsPart run={run} shown={shown} />
      <LinkPart shown={shown} />
    </div>
  );
}

function RunPart({ run, shown }: PartProps): ReactNode {
  const { standing, isPaused, speed, problem, hasChanges } = shown;
  const isDone = standing?.isDone === true;
  const endMs = standing?.scenario.durationMs ?? shown.scenario.durationMs;
  const index = nearestIndex(SPEEDS.slice(0, -1), speed);
  return (
    <section className="sim-part" aria-label="The run">
      {problem !== undefined && (
        <p className="sim-problem" role="alert">
          <b aria-hidden="true">✕</b> This cannot be run. {problem}
        </p>
      )}
      <div className="sim-row">
        <button type="button" className="sim-main" onClick={() => run.start()}>
          {hasChanges ? 'Start with these settings' : 'Start again'}
        </button>
        <button type="button" disabled={standing === undefined || isDone} onClick={() => run.pause(!isPaused)}>
          {isPaused ? 'Run on' : 'Pause'}
        </button>
        <button type="button" disabled={standing === undefined || isDone} onClick={() => run.step(STEP_MS)}>
          Step {STEP_MS} ms
        </button>
      </div>
      <label className="sim-slider">
        <span>Speed</span>
        <output>{speedText(speed)}</output>
        <input
          type="range"
          min={0}
          max={SPEEDS.length - 1}
          value={speed === Infinity ? SPEEDS.length - 1 : index}
          aria-valuetext={speedText(speed)}
          onChange={({ target }) => run.setSpeed(SPEEDS[Number(target.value)] ?? 1)}
        />
        <small>Of virtual time. Nothing that happens depends on it.</small>
      </label>
      <progress max={endMs} value={standing?.nowMs ?? 0} aria-label="How far the run has come" />
      <p className="sim-faint">
        {standing === undefined
          ? 'Nothing runs.'
          : `${spanText(standing.nowMs)} of ${spanText(endMs)} of virtual time${isDone ? ': done' : isPaused ? ', paused' : ''}`}
        {standing?.realSpeed !== undefined && (
          <span className="sim-pace"> · {paceText(standing.realSpeed, speed, endMs - standing.nowMs)}</span>
        )}
      </p>
    </section>
  );
}

/** The same as in the graph, by numbers: also without a mouse. */
function DeedsPart({ run, shown }: PartProps): ReactNode {
  const session = useSession();
  const [text, setText] = useState('');
  const { scenario } = shown;
  const deeds = scenario.faults.length + scenario.workload.publish.length;
  const numbers = nodeNumbers(text, scenario.nodes);
  const nodes = numbers?.map((number) => `n${number}${PORT}`);
  const target = nodes === undefined || nodes.length === 0 ? {} : { nodes };
  const isOff = numbers === undefined;
  return (
    <section className="sim-part" aria-label="What is done to it">
      <h3>Do something to it</h3>
      <label className="sim-field">
        <span>Nodes</span>
        <input
          value={text}
          placeholder="any"
          aria-invalid={isOff}
          aria-describedby="sim-node-about"
          onChange={({ target: { value } }) => setText(value)}
        />
        <small id="sim-node-about">
          {isOff
            ? `Not clear: numbers from 0 to ${scenario.nodes - 1}, as in “5, 7-9”.`
            : `Numbers from 0 to ${scenario.nodes - 1}, as in “5, 7-9”; empty: a random one.`}
        </small>
      </label>
      <div className="sim-row">
        {ACTIONS.map(([action, label]) => (
          <Act key={action} action={action} target={target} isIdle={isOff}>
            {label}
          </Act>
        ))}
        {session.isSplit ? (
          <Act action="heal">Heal</Act>
        ) : (
          <Act action="split" target={target} isIdle={isOff}>
            {nodes === undefined || nodes.length === 0 ? 'Split in two' : `Split off ${nodes.length}`}
          </Act>
        )}
      </div>
      <p className="sim-faint">What you do becomes part of the link.</p>
      {deeds > 0 && (
        <details>
          <summary>
            {deeds} thing{deeds === 1 ? '' : 's'} happen{deeds === 1 ? 's' : ''} in this run
          </summary>
          <ol className="sim-deeds">
            {scenario.faults.slice(0, 100).map((fault, index) => (
              <li key={index}>
                <code>{faultText(fault)}</code>
              </li>
            ))}
            {scenario.workload.publish.slice(0, 100).map(({ atMs, node: who, book }, index) => (
              <li key={`p${index}`}>
                <code>
                  publish@{atMs}:{who} {book}
                </code>
              </li>
            ))}
          </ol>
          <button type="button" onClick={() => run.set(withoutDeeds(shown))}>
            Forget them all
          </button>
        </details>
      )}
    </section>
  );
}

/** `5, 7-9`; `undefined`: that is not what it says. */
function nodeNumbers(text: string, count: number): number[] | undefined {
  const numbers = new Set<number>();
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const [, first, last = first] = /^n?(\d{1,5})(?:-n?(\d{1,5}))?$/.exec(part) ?? [];
    if (first === undefined || Number(last) >= count) return undefined;
    for (let number = Number(first); number <= Number(last); number++) numbers.add(number);
  }
  return [...numbers];
}

function withoutDeeds({ settings, scenario }: Shown): Shown['settings'] {
  const quiet = withValue(withValue(settings, ['faults'], undefined), ['workload', 'publish'], undefined);
  const { count } = scenario.workload.updates;
  return count > 0 ? withValue(quiet, ['workload', 'updates', 'count'], count) : quiet;
}

function SettingsPart({ run, shown }: PartProps): ReactNode {
  const { settings, scenario } = shown;
  const isDefault = Object.keys(settings).length === 0;
  const choices = [OPENING, ...PRESETS];
  const choose = (path: readonly string[], value: unknown): void => run.set(withValue(settings, path, value));
  return (
    <section className="sim-part" aria-label="What is simulated">
      <h3>What is simulated</h3>
      <label className="sim-field">
        <span>Begin with</span>
        <select
          value={choices.some(({ name }) => name === scenario.name) ? scenario.name : isDefault ? '' : 'own'}
          onChange={({ target }) => {
            if (target.value === 'own') return;
            const preset = choices.find(({ name }) => name === target.value);
            run.startWith(preset === undefined ? {} : readAddress(preset.address));
          }}
        >
          {!isDefault && <option value="own">As set below</option>}
          {choices.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
          <option value="">A hundred nodes join, ten updates</option>
        </select>
      </label>
      <label className="sim-field">
        <span>Strategy</span>
        <select value={scenario.strategy} onChange={({ target }) => choose(['strategy'], target.value)}>
          {Object.keys(STRATEGIES).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <small>{STRATEGIES[scenario.strategy]}</small>
      </label>
      <label className="sim-field">
        <span>Join</span>
        <select value={scenario.join.how} onChange={({ target }) => choose(['join'], target.value)}>
          {Object.keys(JOINS).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <small>{JOINS[scenario.join.how]}</small>
      </label>
      {SLIDERS.filter(({ matters }) => matters?.(scenario) ?? true).map((slider) => (
        <SliderField key={slider.id} slider={slider} run={run} shown={shown} />
      ))}
      <div className="sim-field">
        <label htmlFor="sim-seed">Seed</label>
        <input
          id="sim-seed"
          type="number"
          min={0}
          max={SEEDS - 1}
          value={scenario.seed}
          onChange={({ target }) => choose(['seed'], Number(target.value))}
        />
        <button type="button" onClick={() => choose(['seed'], Math.floor(Math.random() * SEEDS))}>
          Another
        </button>
        <small>All chance comes from it: the same seed is the same run.</small>
      </div>
    </section>
  );
}

function SliderField({ slider, run, shown }: PartProps & { readonly slider: Slider }): ReactNode {
  const { label, unit, values, about, read, write } = slider;
  const value = read(shown.scenario);
  const text = `${countText(value)}${unit}`;
  return (
    <label className="sim-slider">
      <span>{label}</span>
      <output>{text}</output>
      <input
        type="range"
        min={0}
        max={values.length - 1}
        value={nearestIndex(values, value)}
        aria-valuetext={text}
        data-slider={slider.id}
        onChange={({ target }) => run.set(write(shown.settings, values[Number(target.value)] ?? value, shown.scenario))}
      />
      <small>{about}</small>
    </label>
  );
}

function LinkPart({ shown }: Pick<PartProps, 'shown'>): ReactNode {
  const [hasCopied, setCopied] = useState<string>();
  const link = `${location.href.replace(/#.*$/s, '')}#${shown.address}`;
  const copy = async (input: HTMLInputElement): Promise<void> => {
    input.select();
    await navigator.clipboard.writeText(link);
    setCopied(link);
  };
  return (
    <section className="sim-part" aria-label="A link to this run">
      <h3>Show it to somebody</h3>
      <div className="sim-row">
        <input id="sim-link" className="sim-link" readOnly value={link} aria-label="Link to this run" />
        <button
          type="button"
          onClick={({ currentTarget }) => {
            const input = currentTarget.previousElementSibling as HTMLInputElement;
            copy(input).catch(() => setCopied(undefined));
          }}
        >
          {hasCopied === link ? 'Copied' : 'Copy link'}
        </button>
      </div>
      <p className="sim-faint">
        The scenario, its seed and what you did: who opens it sees the same run, event by event.
      </p>
    </section>
  );
}

/** `really 0.6× · 40 s left`: how fast this machine really plays, and how long that takes. */
function paceText(realSpeed: number, speed: number, leftMs: number): string {
  const isAsWished = Math.abs(realSpeed - speed) < 0.1 * speed;
  const shown = Number(realSpeed.toPrecision(2));
  const left = realSpeed > 0 ? ` · ${spanText(Math.ceil(leftMs / realSpeed / 1000) * 1000)} left` : '';
  return `${isAsWished ? 'at' : 'really'} ${shown}×${left}`;
}

function speedText(speed: number): string {
  return speed === Infinity ? 'as fast as it can' : `${speed}×`;
}
