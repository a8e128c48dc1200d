import type { CredentialType } from '@keyturn/contracts';
import { Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '../../shared/state/dialog.tsx';
import { strings } from '../../strings.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import { Comparison } from './comparison.tsx';
import type { BackTo } from './lifecycle-queries.ts';
import { rollBackTo } from './lifecycle-queries.ts';
import { AskReason } from './reason-dialog.tsx';
import { useCredentialWrite } from './use-credential-write.ts';

const text = strings.lifecycle;

const RollBack = (props: { readonly credentialId: string; readonly version: number; readonly onClose: () => void }) => {
  const { credentialId, version, onClose } = props;
  const [evenIfUnreachable, setEven] = useState(false);
  const { data: seen } = useQuery(credentialQueries.detail(credentialId));
  const revision = seen?.revision ?? ''; // which no credential has, so nothing is done before the page knows it
  const request = useCredentialWrite<BackTo>(credentialId, (ask, key) => rollBackTo({ credentialId, revision }, ask, key), onClose);
  return (
    <AskReason
      lead={text.rollBack.lead}
      submit={text.rollBack.submit}
      isDangerous
      isPending={request.isPending}
      error={request.error}
      onCancel={onClose}
      onReason={(reason) => request.mutate({ version, reason, ...(evenIfUnreachable ? { evenIfUnreachable } : {}) })}
    >
      <Checkbox
        label={strings.forms.evenIfUnreachable}
        description={strings.forms.evenIfUnreachableHint}
        checked={evenIfUnreachable}
        onChange={(event) => setEven(event.currentTarget.checked)}
      />
    </AskReason>
  );
};

export type VersionDialog = 'compare' | 'roll-back';

type Props = {
  readonly credentialId: string;
  readonly type: CredentialType;
  readonly version: number;
  readonly versions: readonly number[];
  readonly current: number;
  readonly open: VersionDialog | null;
  readonly onClose: () => void;
};

/** The dialogs of one version, one of them open at most. */
export const VersionDialogs = ({ credentialId, type, version, versions, current, open, onClose }: Props) => (
  <>
    <Dialog opened={open === 'compare'} onClose={onClose} size="lg" title={text.compare.dialog}>
      <Comparison credentialId={credentialId} type={type} versions={versions} from={version} to={current} />
    </Dialog>
    <Dialog opened={open === 'roll-back'} onClose={onClose} title={text.rollBack.title(version)}>
      <RollBack credentialId={credentialId} version={version} onClose={onClose} />
    </Dialog>
  </>
);
