import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlannedStep } from './planned-step.ts';
import { detailsOf, detailsOfFailed, detailsOfHeld, RUNBOOK_HEADINGS } from './runbook.ts';

const at = (step: PlannedStep['step'], more: Partial<PlannedStep> = {}): PlannedStep => ({
  step,
  address: 'system.postgres.orders',
  sentence: 'The vault’s sentence.',
  ...more,
});
const RUNBOOK = { runbookUrl: 'https://wiki.example/operations' };
const REFUSAL = { code: 'provider-unreachable', sentence: 'The server is down.' };

describe('what Temporal shows of a run', () => {
  it('is the sentence, the step and the reason while it goes on by itself', () =>
    expect(detailsOf(at('apply', RUNBOOK), 'working')).toBe('The vault’s sentence.\n\nStep `apply`, `working`.'));
  it.each<[PlannedStep['step'], string]>([
    ['await-approval', 'A run waits for a person'],
    ['await-value', 'A run waits for a person'],
    ['await-deletion', 'A run waits for a person'],
    ['await-preflight', 'A run waits for consumers'],
    ['watch', 'A run waits for consumers'],
    ['hold', 'A run is held'],
    ['escalate', 'A run is held'],
  ])('says at %s where help is', (step, heading) =>
    expect(detailsOf(at(step), 'why')).toMatch(new RegExp(`What to do: “${heading}” in docs/operations\\.md\\.$`, 'u')),
  );
  it.each<[PlannedStep['step'], Partial<PlannedStep>, string]>([
    ['watch', { acksMissing: 1 }, 'waiting-for-acknowledgements'],
    ['watch', {}, 'waiting-for-evidence'],
    ['await-deletion', {}, 'waiting-for-a-person'],
  ])('says of a held run that it is, and what it waits for with %s', (step, more, reason) =>
    expect(detailsOfHeld(at(step, { ...more, held: true }))).toBe(
      `The vault’s sentence.\n\nStep \`hold\`, \`deadline-passed\`; it goes on with \`${step}\`, \`${reason}\`. ` +
        'What to do: “A run is held” in docs/operations.md.',
    ),
  );
  it('links to it where the worker is told the address', () =>
    expect(detailsOf(at('watch', RUNBOOK), 'why')).toMatch(
      /What to do: \[A run waits for consumers\]\(https:\/\/wiki\.example\/operations#a-run-waits-for-consumers\)\.$/u,
    ));
  it('names what was refused before anything else', () =>
    expect(detailsOf(at('watch'), 'provider-unreachable', REFUSAL)).toBe(
      'The vault’s sentence.\n\n**provider-unreachable**: The server is down.\n\n' +
        'Step `watch`, `provider-unreachable`. What to do: “A step of a run is refused” in docs/operations.md.',
    ));
  it('ends with why it failed', () => {
    expect(detailsOfFailed(at('test'), REFUSAL)).toBe(
      'Failed at `test`.\n\n**provider-unreachable**: The server is down.\n\nWhat to do: “A run failed” in docs/operations.md.',
    );
    expect(detailsOf(at('closed', { end: 'failed' }), 'closed')).toMatch(/“A run failed”/u);
    expect(detailsOf(at('closed', { end: 'completed' }), 'closed')).not.toMatch(/What to do/u);
  });
});

it('The runbook has every section that runs name', () => {
  const document = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
  for (const heading of Object.values(RUNBOOK_HEADINGS)) expect(document).toMatch(new RegExp(`^#+ ${heading}$`, 'mu'));
});
