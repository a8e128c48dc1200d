import { Button, CopyButton } from '@mantine/core';
import { IconCopy, IconX } from '@tabler/icons-react';
import type { ReactNode, RefObject } from 'react';
import { useKeptFocus } from '../../shared/state/focus.ts';
import { strings } from '../../strings.ts';
import classes from './credentials-page.module.css';
import type { Selecting } from './selection.ts';

const text = strings.credentials.selection;

type Props = {
  readonly selecting: Selecting;
  /** What has the focus when the bar goes with it. */
  readonly rest: RefObject<HTMLElement | null>;
  readonly children?: ReactNode;
};

/** How many rows are selected, and what can be done with them. */
export const SelectionBar = ({ selecting, rest, children }: Props) => {
  const kept = useKeptFocus(rest);
  const addresses = [...selecting.selection.values()];
  const count = addresses.length === 0 ? '' : text.count(addresses.length);
  return (
    <>
      <span className="kt-hidden" role="status">
        {count}
      </span>
      {addresses.length > 0 && (
        <div className={classes['selection']} role="group" aria-label={text.region} {...kept}>
          <strong className="kt-number">{count}</strong>
          {children}
          <CopyButton value={addresses.join('\n')}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" leftSection={<IconCopy size={15} />} onClick={copy}>
                {copied ? text.copied : text.copy}
              </Button>
            )}
          </CopyButton>
          <Button variant="subtle" size="xs" color="gray" leftSection={<IconX size={15} />} onClick={selecting.clear}>
            {text.clear}
          </Button>
        </div>
      )}
    </>
  );
};
