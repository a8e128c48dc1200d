import type { CredentialSummary } from '@keyturn/contracts/api';
import { strings } from '../../strings.ts';
import classes from './credential-marks.module.css';

const text = strings.credentials.marks;
const WHY: Readonly<Record<string, string>> = text.untestedBecause;

type Props = { readonly credential: Pick<CredentialSummary, 'isDefault' | 'untested' | 'recheck' | 'origin' | 'tags' | 'labels'> };

const Mark = ({ tone, title, children }: { readonly tone: string; readonly title?: string | undefined; readonly children: string }) => (
  <span className={classes['mark']} data-tone={tone} title={title}>
    {children}
  </span>
);

/** What stands out about a credential: the default, untested, where from; then its tags and labels. */
export const CredentialMarks = ({ credential: { isDefault, untested, recheck, origin, tags, labels } }: Props) => (
  <span className={classes['marks']}>
    {isDefault && <Mark tone="good">{text.isDefault}</Mark>}
    {untested !== null && (
      <Mark tone="warn" title={WHY[untested]}>
        {text.untested}
      </Mark>
    )}
    {recheck?.outcome === 'failed' && (
      <Mark tone="bad" title={text.recheckFailedBecause(recheck.version, recheck.sentence)}>
        {text.recheckFailed}
      </Mark>
    )}
    {recheck?.outcome === 'unreachable' && (
      <Mark tone="warn" title={recheck.sentence}>
        {text.recheckOpen}
      </Mark>
    )}
    {origin !== null && (
      <Mark tone="idle" title={text.originOf(origin.reference)}>
        {text.origin(origin.source)}
      </Mark>
    )}
    {tags.map((tag) => (
      <Mark key={tag} tone="idle">
        {tag}
      </Mark>
    ))}
    {Object.entries(labels).map(([name, value]) => (
      <Mark key={name} tone="idle">
        {`${name}: ${value}`}
      </Mark>
    ))}
  </span>
);
