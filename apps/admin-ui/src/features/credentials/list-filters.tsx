import { Button, NativeSelect } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { FormPopover } from '../../shared/state/form-popover.tsx';
import { strings } from '../../strings.ts';
import { TYPE_CHOICES } from '../credential-form/form-fields.ts';
import { furtherFilters } from './active-filters.tsx';
import classes from './credentials-page.module.css';
import { FurtherFilters } from './further-filters.tsx';
import { readListSearch } from './list-search.ts';
import type { ListSearch } from './list-search.ts';

const text = strings.credentials.filters;
const STATUS_CHOICES = [
  { value: '', label: text.anyStatus },
  { value: 'active', label: strings.lifecycle.status.active },
  { value: 'disabled', label: strings.lifecycle.status.disabled },
  { value: 'deleting', label: strings.lifecycle.status.deleting },
];

type Props = { readonly search: ListSearch; readonly onSearch: (search: ListSearch) => void };

/** The filters of the list, which add up. */
export const ListFilters = ({ search, onSearch }: Props) => {
  const [opened, setOpened] = useState(false);
  const put = (name: keyof ListSearch, value: unknown): void => onSearch(readListSearch({ ...search, [name]: value }));
  const further = furtherFilters(search).length;
  return (
    <div className={classes['filters']}>
      <NativeSelect
        aria-label={text.type}
        data={[{ value: '', label: text.anyType }, ...TYPE_CHOICES]}
        value={search.type ?? ''}
        onChange={(event) => put('type', event.currentTarget.value)}
      />
      <NativeSelect
        aria-label={text.status}
        data={STATUS_CHOICES}
        value={search.status ?? ''}
        onChange={(event) => put('status', event.currentTarget.value)}
      />
      <FormPopover
        label={text.further}
        opened={opened}
        onChange={setOpened}
        target={
          <Button variant="default" size="sm" leftSection={<IconFilter size={16} />} onClick={() => setOpened(!opened)}>
            {text.open(further)}
          </Button>
        }
      >
        <FurtherFilters search={search} onPut={put} />
      </FormPopover>
    </div>
  );
};
