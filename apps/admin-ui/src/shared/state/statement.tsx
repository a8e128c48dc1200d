import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { statement as text } from '../../strings-decisions.ts';
import classes from './statement.module.css';

/** What somebody runs elsewhere, word by word, with a button that copies it. */
export const Statement = ({ statement }: { readonly statement: string }) => (
  <span className={classes['line']}>
    <code className="kt-mono">{statement}</code>
    <CopyButton value={statement}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? text.copied : text.copy}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.copyThis(statement)} onClick={copy}>
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  </span>
);
