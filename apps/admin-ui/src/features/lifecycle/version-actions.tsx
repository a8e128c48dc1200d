import type { CredentialType } from '@keyturn/contracts';
import type { VersionDetail } from '@keyturn/contracts/api';
import { ActionIcon, Checkbox, Group, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp, IconArrowsDiff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '../../shared/state/dialog.tsx';
import { strings } from '../../strings.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { Comparison } from './comparison.tsx';
import type { BackTo } from './lifecycle-queries.ts';
import { rollBackTo } from './lifecycle-queries.ts';
import { AskReason, useCredentialWrite } from './reason-dialog.tsx';

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

type Props = {
  readonly credentialId: string;
  readonly type: CredentialType;
  readonly version: VersionDetail;
  readonly versions: readonly number[];
  readonly current: number | null;
};

/** Compare a version with another one, and go back to it where that can be tried. */
export const VersionActions = ({ credentialId, type, version: { version, rollBackRefused }, versions, current }: Props) => {
  const [comparing, compare] = useDisclosure(false);
  const [rollingBack, rollBack] = useDisclosure(false);
  const mayWrite = useMayWrite();
  if (current === null || version === current) return null;
  return (
    <Group gap={4} wrap="nowrap">
      <Tooltip label={text.compare.open(version)}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.compare.open(version)} onClick={compare.open}>
          <IconArrowsDiff size={17} />
        </ActionIcon>
      </Tooltip>
      {mayWrite && rollBackRefused === null && (
        <Tooltip label={text.rollBack.open(version)}>
          <ActionIcon variant="subtle" color="gray" aria-label={text.rollBack.open(version)} onClick={rollBack.open}>
            <IconArrowBackUp size={17} />
          </ActionIcon>
        </Tooltip>
      )}
      <Dialog opened={comparing} onClose={compare.close} size="lg" title={text.compare.dialog}>
        <Comparison credentialId={credentialId} type={type} versions={versions} from={version} to={current} />
      </Dialog>
      <Dialog opened={rollingBack} onClose={rollBack.close} title={text.rollBack.title(version)}>
        <RollBack credentialId={credentialId} version={version} onClose={rollBack.close} />
      </Dialog>
    </Group>
  );
};
