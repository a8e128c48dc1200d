import { LLM_PROVIDERS, Tag } from '@keyturn/contracts';
import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { strings } from '../../strings.ts';
import { LIST_FLAGS } from './list-search.ts';
import type { ListSearch } from './list-search.ts';

const text = strings.credentials.filters;
const DEBOUNCE_MS = 300;
const AGES = [30, 90, 180, 365];
const TERMS = [0, 7, 30, 90];
const LLM_CHOICES = [{ value: '', label: text.any }, ...Object.values(LLM_PROVIDERS).map(({ id, name }) => ({ value: id, label: name }))];

type Put = (name: keyof ListSearch, value: unknown) => void;

/** Some numbers of days to choose from, and the one that the address has, if it is another. */
const choicesOf = (usual: readonly number[], chosen: number | undefined, labelOf: (days: number) => string) => {
  const days = chosen === undefined || usual.includes(chosen) ? usual : [...usual, chosen].toSorted((one, other) => one - other);
  return [{ value: '', label: text.any }, ...days.map((count) => ({ value: String(count), label: labelOf(count) }))];
};

type WordProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly flawOf?: (typed: string) => string | null;
  readonly onWord: (word: string) => void;
};

/** A word that must be the whole of it; one that can't be there isn't looked for. */
const Word = ({ label, value = '', flawOf = () => null, onWord }: WordProps) => {
  const [typed, setTyped] = useState(value);
  const later = useDebouncedCallback(onWord, { delay: DEBOUNCE_MS, flushOnUnmount: true });
  const flaw = flawOf(typed.trim());
  return (
    <TextInput
      label={label}
      value={typed}
      error={flaw}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        if (flawOf(next.trim()) === null) later(next.trim());
      }}
      maxLength={200}
      autoComplete="off"
      spellCheck={false}
    />
  );
};

const tagFlaw = (typed: string): string | null => (typed === '' || Tag.safeParse(typed).success ? null : text.tagWrong);
const daysOf = (chosen: string): number | undefined => (chosen === '' ? undefined : Number(chosen));

/** The filters that are asked for less often, each applied at once. */
export const FurtherFilters = ({ search, onPut }: { readonly search: ListSearch; readonly onPut: Put }) => (
  <Stack gap="sm">
    <Stack gap="xs" role="group" aria-label={text.standing}>
      {LIST_FLAGS.map((name) => (
        <Checkbox
          key={name}
          label={text.flags[name]}
          checked={search[name] === true}
          onChange={(event) => onPut(name, event.currentTarget.checked ? true : undefined)}
        />
      ))}
      <Checkbox
        label={text.systemOnly}
        checked={search.scope === 'system'}
        onChange={(event) => onPut('scope', event.currentTarget.checked ? 'system' : undefined)}
      />
    </Stack>
    <NativeSelect
      label={text.age}
      data={choicesOf(AGES, search.olderThan, text.olderThan)}
      value={String(search.olderThan ?? '')}
      onChange={(event) => onPut('olderThan', daysOf(event.currentTarget.value))}
    />
    <NativeSelect
      label={text.expiry}
      data={choicesOf(TERMS, search.expiresIn, text.expiresIn)}
      value={String(search.expiresIn ?? '')}
      onChange={(event) => onPut('expiresIn', daysOf(event.currentTarget.value))}
    />
    <NativeSelect
      label={text.llm}
      data={LLM_CHOICES}
      value={search.llm ?? ''}
      onChange={(event) => onPut('llm', event.currentTarget.value)}
    />
    <Word label={text.tag} value={search.tag} flawOf={tagFlaw} onWord={(word) => onPut('tag', word)} />
    <Word label={text.owner} value={search.owner} onWord={(word) => onPut('owner', word)} />
  </Stack>
);
