import type { RotationPolicy } from '@keyturn/contracts';
import classes from './policy.module.css';
import { policyRows } from './policy-rows.ts';

/** A rotation policy in plain words. */
export const PolicyTable = ({ policy }: { readonly policy: RotationPolicy }) => (
  <dl className={classes['rows']}>
    {policyRows(policy).map(({ name, value, meaning }) => (
      <div key={name} className={classes['row']}>
        <dt>
          {name}
          <span className="kt-sub">{meaning}</span>
        </dt>
        <dd className="kt-number">{value}</dd>
      </div>
    ))}
  </dl>
);
