/** What a report says, before it is a page of HTML or of Markdown. All text comes as it is; whoever writes it escapes it. */
import type { Chart } from './chart.ts';

export interface ReportPage {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'figure'; readonly figure: Figure }
  | { readonly kind: 'table'; readonly table: Table };

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** A line to be typed. */
  readonly isCommand?: boolean;
}

export interface Figure {
  /** Of its files, and of the place in the page; letters, digits and dashes. */
  readonly name: string;
  readonly chart: Chart;
  /** What is shown over what, how it was measured, and what it does not say. Empty where the page has said it. */
  readonly caption: string;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Closed until it is asked for, under this line. */
  readonly foldedUnder?: string;
}

export interface Column {
  readonly name: string;
  readonly unit?: string;
  readonly isNumber: boolean;
}

export interface Cell {
  readonly text: string;
  /** What it is sorted by, where that is not its text; missing numbers come last. */
  readonly sortBy?: number;
  readonly isMarked?: boolean;
}
