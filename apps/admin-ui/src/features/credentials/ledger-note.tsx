import type { CredentialView } from '@keyturn/contracts/api';
import { IconHourglass } from '@tabler/icons-react';
import { Notice } from '../../shared/state/notice.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { SettleButton } from '../lifecycle/settle-button.tsx';

const text = strings.detail;

/** What is still owed at the provider, and why. While a rotation is open, what it owes is its own. */
export const LedgerNote = ({ credential: { credentialId, ledger, openEpoch } }: { readonly credential: CredentialView }) => {
  const shown = openEpoch === null ? ledger : ledger.filter(({ canSettle }) => canSettle);
  if (shown.length === 0) return null;
  return (
    <Notice tone="warn" icon={<IconHourglass size={18} />} title={text.ledger}>
      {text.ledgerLead}
      <ul>
        {shown.map(({ kind, version, providerId, since, sentence, canSettle }) => (
          <li key={`${kind}/${version}`}>
            <span className="kt-mono">{providerId}</span> ({strings.credentials.version(version)}), {text.ledgerKinds[kind]},{' '}
            <RelativeTime at={since} />
            {sentence !== undefined && <>: {sentence}</>}
            {canSettle && <SettleButton credentialId={credentialId} version={version} providerId={providerId} />}
          </li>
        ))}
      </ul>
    </Notice>
  );
};
