/** The frame of a list that can be searched: the field, how many are shown, and words where there are none. */
import type { ReactNode } from 'react';

export interface SearchedListProps {
  readonly className: string;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  /** What is looked for, and by what. */
  readonly placeholder: string;
  readonly count: string;
  /** Why the list is empty; `undefined`: it is not. */
  readonly emptyBecause: string | undefined;
  readonly children: ReactNode;
}

export function SearchedList(props: SearchedListProps): ReactNode {
  const { className, search, onSearch, placeholder, count, emptyBecause, children } = props;
  return (
    <div className={`searched-list ${className}`}>
      <div className="panel-head">
        <input
          type="search"
          aria-label={placeholder}
          placeholder={placeholder}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
        <p className="faint">{count}</p>
      </div>
      <div className="searched">
        {children}
        {emptyBecause !== undefined && <p className="words">{emptyBecause}</p>}
      </div>
    </div>
  );
}
