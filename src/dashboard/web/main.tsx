import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { serverSource } from './sources/server-source.ts';
import './page.css';

createRoot(document.getElementById('page') as HTMLElement).render(
  <App source={serverSource()} other={{ href: './simulate', title: 'Simulate' }} />,
);
