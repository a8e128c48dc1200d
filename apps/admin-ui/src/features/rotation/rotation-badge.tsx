import { useQuery } from '@tanstack/react-query';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { strings } from '../../strings.ts';
import { rotationQueries } from './rotation-queries.ts';
import { standingAt } from './stepper-state.ts';

/** The open run of a credential with the step that it is at. */
export const OpenRotationBadge = ({ credentialId, epoch }: { readonly credentialId: string; readonly epoch: number }) => {
  const { data } = useQuery(rotationQueries.run(credentialId, epoch));
  const step = data === undefined ? undefined : standingAt(data);
  const name = step === undefined ? null : strings.rotation.steps[step.name].name.toLowerCase();
  return (
    <StatusBadge tone={data?.held === true ? 'warn' : 'busy'} live>
      {data?.held === true ? strings.rotation.status.held : strings.credentials.rotating(name)}
    </StatusBadge>
  );
};
