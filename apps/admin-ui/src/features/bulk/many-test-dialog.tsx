import { MOST_BULK_CREDENTIALS } from '@keyturn/contracts/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { problemMessage } from '../../shared/api/problem-message.ts';
import { AddressText } from '../../shared/state/address-text.tsx';
import { Dialog } from '../../shared/state/dialog.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { newId } from '../../shared/time/clock.ts';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import type { Selection } from '../credentials/selection.ts';
import { requestTest } from '../provider-tests/test-queries.ts';
import { TONE_OF_VERDICT } from '../provider-tests/verdict-tones.ts';
import classes from './bulk.module.css';
import { testEach } from './test-each.ts';

const text = bulkWords.tests;

type Verdict = { readonly tone: Tone; readonly word: string; readonly sentence: string };

/** Tests one now, and says how that ended; a "no" of the vault is an end, too. */
const verdictOf = async (credentialId: string): Promise<Verdict> => {
  try {
    const { test } = await requestTest(credentialId, newId());
    if (test === null) return { tone: 'busy', word: text.goesOn, sentence: text.goesOnHint };
    const word = strings.versions.verdicts[test.verdict] ?? test.verdict;
    return { tone: TONE_OF_VERDICT[test.verdict], word, sentence: test.sentence };
  } catch (error) {
    const { title, detail } = problemMessage(error);
    return { tone: 'warn', word: text.notTested, sentence: detail === '' ? title : `${title}. ${detail}` };
  }
};

type ListProps = { readonly chosen: Selection; readonly verdicts: ReadonlyMap<string, Verdict> };

const Verdicts = ({ chosen, verdicts }: ListProps) => (
  <ul className={classes['named']} aria-label={text.sentence}>
    {[...chosen].map(([credentialId, address]) => {
      const verdict = verdicts.get(credentialId);
      return (
        <li key={credentialId} className={classes['verdict']}>
          <span>
            <AddressText address={address} />
            {verdict !== undefined && <span className="kt-sub">{verdict.sentence}</span>}
          </span>
          <StatusBadge tone={verdict?.tone ?? 'idle'} live={verdict === undefined}>
            {verdict?.word ?? text.waits}
          </StatusBadge>
        </li>
      );
    })}
  </ul>
);

type Props = { readonly chosen: Selection; readonly onClose: () => void };

/** Tests them, until all are tested or nobody looks any more. */
const useTests = (chosen: Selection) => {
  const client = useQueryClient();
  const [verdicts, setVerdicts] = useState<ReadonlyMap<string, Verdict> | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setVerdicts(new Map());
    const tell = (credentialId: string, verdict: Verdict): void => setVerdicts((known) => new Map(known ?? []).set(credentialId, verdict));
    await testEach([...chosen.keys()], verdictOf, tell, controller);
    await client.invalidateQueries({ queryKey: credentialKeys.all });
  };
  return { verdicts, start };
};

/** Tests each of the chosen credentials at its provider, a few at a time, and says what each provider says as it comes. Closing it stops that. */
export const ManyTestDialog = ({ chosen, onClose }: Props) => {
  const close = useRef<HTMLButtonElement>(null);
  const { verdicts, start } = useTests(chosen);
  const isTooMany = chosen.size > MOST_BULK_CREDENTIALS;
  const said = verdicts === null ? text.lead : text.progress(verdicts.size, chosen.size);
  const press = (): void => {
    close.current?.focus(); // the button that was pressed goes
    void start();
  };
  return (
    <Dialog opened onClose={onClose} size="lg" title={text.title(chosen.size)}>
      <Stack gap="md">
        <Text size="sm" c="dimmed" role="status">
          {isTooMany ? bulkWords.actions.tooMany(MOST_BULK_CREDENTIALS) : said}
        </Text>
        {verdicts !== null && <Verdicts chosen={chosen} verdicts={verdicts} />}
        <Group justify="flex-end" gap="xs">
          <Button ref={close} variant="default" onClick={onClose}>
            {strings.lifecycle.close}
          </Button>
          {verdicts === null && !isTooMany && (
            <Button onClick={press} data-autofocus>
              {text.submit}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
};
