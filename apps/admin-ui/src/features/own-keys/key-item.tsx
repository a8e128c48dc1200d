import type { ByokKey, ByokTestResult, ChangeByokKeyBody } from '@keyturn/contracts/api';
import { ActionIcon, Button, Menu, Switch } from '@mantine/core';
import { IconDots, IconEye, IconPencil, IconStar, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { problemMessage } from '../../shared/api/problem-message.ts';
import { notifyDone, notifyFailed } from '../../shared/state/notify.ts';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { now } from '../../shared/time/clock.ts';
import { formatDuration } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import { daysOfUse, timesUsed } from './days-of-use.ts';
import classes from './own-keys.module.css';
import { labelOf, nameOfProvider, TONE_OF_TEST } from './key-words.ts';
import { changeOwnKey, testOwnKey } from './own-key-queries.ts';
import { Sparkline } from './sparkline.tsx';
import { useOwnKeyWrite } from './use-own-key-write.ts';

const text = ownKeysWords.key;
const saidFailed = (error: unknown): void => {
  const { title, detail } = problemMessage(error);
  notifyFailed(text.failed, [title, detail].filter((part) => part !== '').join('. '));
};

export type KeyAction = { readonly kind: 'edit' | 'reveal' | 'remove'; readonly key: ByokKey };

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const TestState = ({ apiKey, isTesting }: { readonly apiKey: ByokKey; readonly isTesting: boolean }) => {
  const status = isTesting ? 'testing' : apiKey.test_status;
  return (
    <>
      <StatusBadge tone={TONE_OF_TEST[status]} live={status === 'testing'}>
        {text.status[status]}
      </StatusBadge>{' '}
      {status !== 'testing' && apiKey.last_tested_at !== null && (
        <span className="kt-dim">
          <RelativeTime at={apiKey.last_tested_at} />
        </span>
      )}
    </>
  );
};

const Use = ({ usage }: Pick<ByokKey, 'usage'>) => {
  const times = timesUsed(usage);
  const said = text.times(times);
  return (
    <>
      <span className={times === 0 ? 'kt-dim' : 'kt-number'}>{said}</span>
      {times > 0 && <Sparkline days={daysOfUse(usage, now())} label={text.timesByDay(said)} />}
    </>
  );
};

type Props = { readonly apiKey: ByokKey; readonly onAction: ((action: KeyAction) => void) | null };

/** What its owner may do with a key. */
const useKeyChanges = (apiKey: ByokKey) => {
  const label = labelOf(apiKey);
  const [tested, setTested] = useState<ByokTestResult | null>(null);
  const change = useOwnKeyWrite<ChangeByokKeyBody, unknown>(
    (body, key) => changeOwnKey(apiKey, body, key),
    (_done, { enabled }) => {
      if (enabled === undefined) notifyDone(text.done.isDefault(label));
      else notifyDone(enabled ? text.done.enabled(label) : text.done.disabled(label));
    },
  );
  const test = useOwnKeyWrite<'test', ByokTestResult>((_ask, key) => testOwnKey(apiKey, key), setTested);
  return {
    tested,
    isTesting: test.isPending,
    isChanging: change.isPending,
    change: (body: ChangeByokKeyBody): void => change.mutate(body, { onError: saidFailed }),
    test: (): void => {
      setTested(null);
      test.mutate('test', { onError: saidFailed });
    },
  };
};

type Changes = ReturnType<typeof useKeyChanges>;

const Actions = ({ apiKey, changes, onAction }: Props & { readonly changes: Changes }) => {
  if (onAction === null) return null;
  const canTest = apiKey.test_status !== 'no-test' && apiKey.enabled;
  return (
    <div className={classes['keyActions']}>
      {canTest && (
        <Button variant="default" size="xs" loading={changes.isTesting} onClick={changes.test}>
          {text.testNow}
        </Button>
      )}
      <Button variant="default" size="xs" leftSection={<IconPencil size={15} />} onClick={() => onAction({ kind: 'edit', key: apiKey })}>
        {text.edit}
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={text.menu(labelOf(apiKey))}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!apiKey.is_default && (
            <Menu.Item leftSection={<IconStar size={16} />} onClick={() => changes.change({ is_default: true })}>
              {text.makeDefault}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconEye size={16} />}
            disabled={!apiKey.enabled}
            onClick={() => onAction({ kind: 'reveal', key: apiKey })}
          >
            {text.reveal}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => onAction({ kind: 'remove', key: apiKey })}>
            {text.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
};

/** One key: what is known of it, and what its owner may do with it. */
export const KeyItem = ({ apiKey, onAction }: Props) => {
  const label = labelOf(apiKey);
  const changes = useKeyChanges(apiKey);
  const { tested } = changes;
  return (
    <li className={classes['key']} aria-label={label}>
      <div className={classes['keyHead']}>
        <strong className={classes['keyLabel']}>{label}</strong>
        {apiKey.is_default && (
          <span className={classes['mark']} data-tone="good" title={text.defaultHint}>
            {text.isDefault}
          </span>
        )}
        {!apiKey.enabled && <StatusBadge tone="warn">{text.off}</StatusBadge>}
        <span className={classes['push']} />
        {onAction !== null && (
          <Switch
            checked={apiKey.enabled}
            disabled={changes.isChanging}
            aria-label={text.enabled(label)}
            onChange={(event) => changes.change({ enabled: event.currentTarget.checked })}
          />
        )}
      </div>
      <dl className={classes['facts']}>
        <Fact name={text.preview}>
          <span className="kt-mono">{apiKey.key_preview ?? '••••••'}</span>
        </Fact>
        <Fact name={text.endpoint}>
          {apiKey.endpoint === null ? (
            <span className="kt-dim">{text.ownEndpoint(nameOfProvider(apiKey.provider))}</span>
          ) : (
            <span className={`kt-mono ${classes['endpoint']}`}>{apiKey.endpoint}</span>
          )}
        </Fact>
        <Fact name={text.test}>
          <TestState apiKey={apiKey} isTesting={changes.isTesting} />
        </Fact>
        <Fact name={text.use}>
          <Use usage={apiKey.usage} />
        </Fact>
      </dl>
      <div className={classes['keyFoot']}>
        <span className={`${classes['said']} kt-dim`} role="status">
          {tested !== null && tested.sentence !== null && (
            <>
              {tested.sentence} {tested.elapsed_ms !== null && <span className="kt-number">({formatDuration(tested.elapsed_ms)})</span>}
            </>
          )}
        </span>
        <Actions apiKey={apiKey} changes={changes} onAction={onAction} />
      </div>
    </li>
  );
};
