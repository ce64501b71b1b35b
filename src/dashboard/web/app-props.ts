/** What a page is made around. */
import type { ReactNode } from 'react';
import type { FeedSource } from '../feed-source.ts';
import type { OtherPage } from './header.tsx';

export interface AppProps {
  readonly source: FeedSource;
  readonly other?: OtherPage | undefined;
  /** A panel of the source's own, first among the others. */
  readonly controls?: { readonly title: string; readonly content: ReactNode };
  /** Stands over the panels, and leads through them. */
  readonly guide?: ReactNode;
}
