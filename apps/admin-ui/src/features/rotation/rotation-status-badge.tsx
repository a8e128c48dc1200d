import type { RotationView } from '@keyturn/contracts/api';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { strings } from '../../strings.ts';

const words = strings.rotation.status;

export const RotationStatusBadge = ({ rotation }: { readonly rotation: Pick<RotationView, 'status' | 'held'> }) => {
  switch (rotation.status) {
    case 'open':
      return (
        <StatusBadge tone={rotation.held ? 'warn' : 'busy'} live>
          {rotation.held ? words.held : words.open}
        </StatusBadge>
      );
    case 'completed':
      return <StatusBadge tone="good">{words.completed}</StatusBadge>;
    case 'failed':
      return <StatusBadge tone="bad">{words.failed}</StatusBadge>;
  }
};
