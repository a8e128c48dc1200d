import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { strings } from '../../strings.ts';
import { COLUMNS, nameOfColumn } from './columns.ts';
import type { ChosenColumns } from './columns.ts';

const text = strings.credentials.choice;

/** Which columns the list shows, in this browser. */
export const ColumnChoice = ({ chosen: { columns, isUsual, toggle, reset } }: { readonly chosen: ChosenColumns }) => (
  <Popover position="bottom-end" shadow="lg" radius="lg" trapFocus returnFocus>
    <Popover.Target>
      <Button variant="default" size="sm" leftSection={<IconColumns3 size={16} />}>
        {text.open}
      </Button>
    </Popover.Target>
    <Popover.Dropdown p="md" aria-label={text.open}>
      <Stack gap="xs">
        {COLUMNS.map((column) => (
          <Checkbox key={column} label={nameOfColumn(column)} checked={columns.includes(column)} onChange={() => toggle(column)} />
        ))}
        <Button variant="subtle" size="compact-sm" onClick={reset} disabled={isUsual}>
          {text.reset}
        </Button>
      </Stack>
    </Popover.Dropdown>
  </Popover>
);
