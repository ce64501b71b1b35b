/** The page around a feed, wherever it comes from. */
import { useEffect, useMemo, useState, type DragEvent, type ReactNode } from 'react';
import type { FeedSource } from '../feed-source.ts';
import { Header } from './header.tsx';
import { KeyHelp } from './key-help.tsx';
import { useSessionKeys } from './keys.ts';
import { Panels } from './panels.tsx';
import { Scrubber } from './scrubber.tsx';
import { Session } from './session.ts';
import { fileSource } from './sources/file-source.ts';
import { SessionContext } from './use-session.ts';
import type { AppProps } from './app-props.ts';

export function App({ source, other, controls, guide }: AppProps): ReactNode {
  const [file, setFile] = useState<FeedSource>();
  const [isOver, setOver] = useState(false);
  const shown = file ?? source;
  const session = useMemo(() => new Session(shown), [shown]);
  useEffect(() => session.start(), [session]);
  useSessionKeys(session);
  const back = file === undefined ? undefined : (): void => setFile(undefined);
  const open = (opened: File): void => setFile(() => fileSource(opened));
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped !== undefined) open(dropped);
  };
  return (
    <SessionContext value={session}>
      <div
        className="page"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={(event) => {
          if (event.currentTarget === event.target) setOver(false);
        }}
        onDrop={onDrop}
      >
        <Header onOpen={open} onBack={back} other={other} />
        <Panels onBack={back} {...(file === undefined && controls !== undefined && { controls, guide })} />
        <Scrubber />
        <KeyHelp />
        {isOver && <div className="drop-here">Drop a recorded trace to open it</div>}
      </div>
    </SessionContext>
  );
}
