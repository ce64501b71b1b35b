import { createRoot } from 'react-dom/client';
import { App } from '../../web/app.tsx';
import '../../web/page.css';
import { Controls } from './controls.tsx';
import './controls.css';
import { LessonGuide } from './lesson-guide.tsx';
import './lessons.css';
import { SimulatedRun } from './simulated-run.ts';

const run = new SimulatedRun(
  () => new Worker(new URL('./simulation-worker.ts', import.meta.url), { type: 'module', name: 'simulation' }),
);
const controls = { title: 'Simulate', content: <Controls run={run} /> };

/** The static site has no network to show. */
declare const HAS_DASHBOARD: boolean;
const other = HAS_DASHBOARD ? { href: './', title: 'Dashboard' } : undefined;

createRoot(document.getElementById('page') as HTMLElement).render(
  <App source={run} controls={controls} other={other} guide={<LessonGuide run={run} />} />,
);
