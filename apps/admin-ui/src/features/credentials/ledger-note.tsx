import type { CredentialView } from '@keyturn/contracts/api';
import { IconHourglass } from '@tabler/icons-react';
import { Notice } from '../../shared/state/notice.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';

const text = strings.detail;

/** What Keyturn still has to settle at the provider; nothing while a rotation is open, for then it is the rotation's own. */
export const LedgerNote = ({ credential: { ledger, openEpoch } }: { readonly credential: CredentialView }) =>
  ledger.length === 0 || openEpoch !== null ? null : (
    <Notice tone="warn" icon={<IconHourglass size={18} />} title={text.ledger}>
      {text.ledgerLead}
      <ul>
        {ledger.map(({ kind, version, providerId, since, sentence }) => (
          <li key={`${kind}/${version}`}>
            <span className="kt-mono">{providerId}</span> ({strings.credentials.version(version)}), {text.ledgerKinds[kind]},{' '}
            <RelativeTime at={since} />
            {sentence !== undefined && <>: {sentence}</>}
          </li>
        ))}
      </ul>
    </Notice>
  );
