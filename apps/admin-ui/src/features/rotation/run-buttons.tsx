import type { RotationView } from '@keyturn/contracts/api';
import { CancelButton } from '../assisted/cancel-button.tsx';
import { ExtendButton } from '../decisions/extend-button.tsx';
import { ForceButton } from '../decisions/force-button.tsx';
import { RollBackButton } from './roll-back-button.tsx';

/** What can be done about an open run; each shows itself only when it can. */
export const RunButtons = ({ rotation }: { readonly rotation: RotationView }) => (
  <>
    <ExtendButton rotation={rotation} />
    <ForceButton rotation={rotation} />
    <CancelButton rotation={rotation} />
    <RollBackButton rotation={rotation} />
  </>
);
