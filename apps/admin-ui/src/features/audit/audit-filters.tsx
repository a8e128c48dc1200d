import { ConsumerName } from '@keyturn/contracts';
import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { auditLog as auditLogWords } from '../../strings-audit.ts';
import type { AuditSearch } from './audit-log-queries.ts';
import classes from './audit-log.module.css';

const text = auditLogWords.filters;
const DEBOUNCE_MS = 300;
const NAMES = ['text', 'person', 'consumer', 'from', 'to'] as const;
type Typed = Readonly<Record<(typeof NAMES)[number], string>>;

const typedOf = (search: AuditSearch): Typed => ({ text: '', person: '', consumer: '', from: '', to: '', ...search });
const isConsumer = (name: string): boolean => name === '' || ConsumerName.safeParse(name).success;

/** What is filled in and fits; what doesn't fit yet isn't searched for. */
const searchOf = (typed: Typed): AuditSearch =>
  Object.fromEntries(
    NAMES.map((name) => [name, typed[name].trim()] as const).filter(
      ([name, value]) => value !== '' && (name !== 'consumer' || isConsumer(value)),
    ),
  );

type Props = { readonly search: AuditSearch; readonly onSearch: (search: AuditSearch) => void };

/** The filters of the audit log, which add up. */
export const AuditFilters = ({ search, onSearch }: Props) => {
  const [typed, setTyped] = useState(() => typedOf(search));
  const later = useDebouncedCallback((next: Typed) => onSearch(searchOf(next)), DEBOUNCE_MS);
  const put = (name: keyof Typed, value: string): void => {
    const next = { ...typed, [name]: value };
    setTyped(next);
    later(next);
  };
  const field = (name: keyof Typed) => ({
    value: typed[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => put(name, event.currentTarget.value),
    autoComplete: 'off',
    spellCheck: false,
  });
  return (
    <section className={classes['filters']} aria-label={text.region}>
      <TextInput
        {...field('text')}
        className={classes['search'] ?? ''}
        type="search"
        label={text.text}
        placeholder={text.textPlaceholder}
        leftSection={<IconSearch size={17} />}
        maxLength={200}
      />
      <TextInput {...field('person')} label={text.person} placeholder={text.personPlaceholder} maxLength={200} />
      <TextInput
        {...field('consumer')}
        label={text.consumer}
        placeholder={text.consumerPlaceholder}
        error={isConsumer(typed.consumer.trim()) ? null : text.consumerWrong}
        maxLength={63}
      />
      <TextInput {...field('from')} type="date" label={text.from} />
      <TextInput {...field('to')} type="date" label={text.to} />
      {Object.keys(search).length > 0 && (
        <Button
          variant="subtle"
          color="gray"
          className={classes['clear'] ?? ''}
          leftSection={<IconX size={15} />}
          onClick={() => {
            setTyped(typedOf({}));
            onSearch({});
          }}
        >
          {text.clear}
        </Button>
      )}
    </section>
  );
};
