import type { RotationView } from '@keyturn/contracts/api';
import { useEffect, useRef, useState } from 'react';
import { announcement } from './stepper-state.ts';

/** Says each step to a screen reader as it is done; silent for what was so when the page came. */
export const RotationAnnouncer = ({ rotation }: { readonly rotation: RotationView }) => {
  const before = useRef<RotationView | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const next = announcement(before.current, rotation);
    before.current = rotation;
    if (next !== null) setSaid(next);
  }, [rotation]);
  return (
    <div className="kt-hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
};
