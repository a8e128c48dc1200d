import { LLM_PROVIDERS } from '@keyturn/contracts';
import { UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useKeptFocus } from '../../shared/state/focus.ts';
import { strings } from '../../strings.ts';
import classes from './credentials-page.module.css';
import { LIST_FLAGS } from './list-search.ts';
import type { ListSearch } from './list-search.ts';

const text = strings.credentials.filters;

type Further = { readonly name: keyof ListSearch; readonly label: string };

const one = <Value,>(name: keyof ListSearch, value: Value | undefined, labelOf: (value: Value) => string): readonly Further[] =>
  value === undefined ? [] : [{ name, label: labelOf(value) }];

/** What is asked for beside what stands in the bar itself. */
export const furtherFilters = (search: ListSearch): readonly Further[] => [
  ...LIST_FLAGS.flatMap((name) => one(name, search[name], () => text.flags[name])),
  ...one('olderThan', search.olderThan, text.olderThanFor),
  ...one('expiresIn', search.expiresIn, text.expiresInFor),
  ...one('llm', search.llm, (id) => LLM_PROVIDERS[id].name),
  ...one('tag', search.tag, text.tagFor),
  ...one('owner', search.owner, text.ownerFor),
  ...one('scope', search.scope, () => text.systemOnly),
];

type Props = {
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
  /** What has the focus when the last of them goes. */
  readonly rest: RefObject<HTMLElement | null>;
};

/** The further filters that are on, each with the way to have it off again. */
export const ActiveFilters = ({ search, onSearch, rest }: Props) => {
  const kept = useKeptFocus(rest);
  const active = furtherFilters(search);
  if (active.length === 0) return null;
  const without = (name: keyof ListSearch): void => {
    const { [name]: _gone, ...left } = search;
    onSearch(left);
  };
  return (
    <ul className={classes['active']} aria-label={text.active} {...kept}>
      {active.map(({ name, label }) => (
        <li key={name}>
          <UnstyledButton className={classes['chip'] ?? ''} aria-label={text.remove(label)} onClick={() => without(name)}>
            {label}
            <IconX size={14} aria-hidden />
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
};
