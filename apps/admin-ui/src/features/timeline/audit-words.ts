import type { AuditStatus } from '@keyturn/contracts/api';
import { strings } from '../../strings.ts';

export type AuditWords = { readonly tone: 'bad' | 'warn'; readonly title: string; readonly sentences: readonly string[] };

const text = strings.audit;

/** What a person must know of audit's state, the worst first; null while there is nothing. */
export const auditWords = ({ convictions, troubles }: Pick<AuditStatus, 'convictions' | 'troubles'>): AuditWords | null => {
  const [first, ...others] = convictions;
  if (first) {
    const sentences = [...others.map(({ sentence }) => sentence), text.convictedDetail];
    return { tone: 'bad', title: text.convicted(first.sentence), sentences };
  }
  return troubles.length === 0 ? null : { tone: 'warn', title: text.troubled, sentences: troubles };
};
