import { isLlmProvider, LLM_PROVIDERS, ProviderName } from '@keyturn/contracts';
import type { BulkMemberStatus, BulkMemberView, BulkRotationSummary } from '@keyturn/contracts/api';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import { titleOfType } from '../credential-form/form-fields.ts';

const text = bulkWords;

/** A provider as people call it. */
const nameOfProvider = (provider: ProviderName): string => (isLlmProvider(provider) ? LLM_PROVIDERS[provider].name : provider);

/** The providers of which all credentials can be meant. */
export const PROVIDER_CHOICES = ProviderName.options.map((value) => ({ value, label: text.providers[value] ?? nameOfProvider(value) }));

/** How a member can stand, in the order of the board's columns. */
export const STANDINGS: readonly BulkMemberStatus[] = ['waiting', 'running', 'completed', 'failed', 'skipped', 'cancelled'];

/** `Service postgres · Tag payments`. */
export const selectionInWords = ({
  selection: { service, provider, credentialType, tag, byIds },
  counts,
}: Pick<BulkRotationSummary, 'selection' | 'counts'>): string =>
  [
    service === undefined ? null : text.selection.service(service),
    provider === undefined ? null : text.selection.provider(text.providers[provider] ?? nameOfProvider(provider)),
    credentialType === undefined ? null : text.selection.type(titleOfType(credentialType)),
    tag === undefined ? null : text.selection.tag(tag),
    byIds === undefined ? null : text.selection.byIds(counts.total),
  ]
    .filter((part) => part !== null)
    .join(' · ');

/** How many are through, well or not. */
export const throughOf = ({ completed, failed, skipped, cancelled }: BulkRotationSummary['counts']): number =>
  completed + failed + skipped + cancelled;

/** How far it is, in one sentence: what the vault says, and how many are through where that doesn't. */
export const progressInWords = ({ status, counts, sentence }: Pick<BulkRotationSummary, 'status' | 'counts' | 'sentence'>): string =>
  status === 'running' || status === 'ended' ? sentence : `${text.progress(throughOf(counts), counts.total)}. ${sentence}`;

const TONES: Record<BulkRotationSummary['status'], Tone> = { running: 'busy', paused: 'warn', cancelled: 'idle', ended: 'good' };

/** One that ended with failures did not end well. */
export const toneOf = ({ status, counts }: Pick<BulkRotationSummary, 'status' | 'counts'>): Tone =>
  status === 'ended' && counts.failed > 0 ? 'warn' : TONES[status];

/** What is said of a member beside its name: the step that it is at, or why it stands so. */
export const wordOfMember = ({ step, sentence }: Pick<BulkMemberView, 'step' | 'sentence'>): string | null =>
  step === null ? sentence : text.atStep(strings.rotation.steps[step].name.toLowerCase());
