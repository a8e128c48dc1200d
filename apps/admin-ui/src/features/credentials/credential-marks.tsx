import type { CredentialSummary } from '@keyturn/contracts/api';
import { formatExact } from '../../shared/time/format-time.ts';
import { useNow } from '../../shared/time/use-now.ts';
import { strings } from '../../strings.ts';
import classes from './credential-marks.module.css';

const text = strings.credentials.marks;
const WHY: Readonly<Record<string, string>> = text.untestedBecause;

const Mark = ({ tone, title, children }: { readonly tone: string; readonly title?: string | undefined; readonly children: string }) => (
  <span className={classes['mark']} data-tone={tone} title={title}>
    {children}
  </span>
);

type Props = {
  readonly credential: Pick<CredentialSummary, 'isDefault' | 'untested' | 'recheck' | 'origin' | 'tags' | 'labels' | 'expiresAt'>;
  /** `standing`: how it stands; `words`: the tags and labels that people gave it. All if not said. */
  readonly only?: 'standing' | 'words';
};

const SOON_MS = 30 * 86_400_000;

/** That it has expired, or soon will. */
const Expiry = ({ at }: { readonly at: string }) => {
  const leftMs = Date.parse(at) - useNow(SOON_MS / 720);
  if (leftMs > SOON_MS) return null;
  return (
    <Mark tone={leftMs <= 0 ? 'bad' : 'warn'} title={formatExact(at)}>
      {leftMs <= 0 ? text.expired : text.expires(Math.ceil(leftMs / 86_400_000))}
    </Mark>
  );
};

/** What stands out about a credential: the default, untested, where from; then its tags and labels. */
export const CredentialMarks = ({ credential: { isDefault, untested, recheck, origin, tags, labels, expiresAt }, only }: Props) => (
  <span className={classes['marks']}>
    {only !== 'words' && (
      <>
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
        {expiresAt !== null && <Expiry at={expiresAt} />}
      </>
    )}
    {only !== 'standing' && (
      <>
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
      </>
    )}
  </span>
);
