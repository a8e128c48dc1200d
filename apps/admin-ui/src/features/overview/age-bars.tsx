import { Link } from '@tanstack/react-router';
import { overview as overviewWords } from '../../strings-overview.ts';
import type { AgesOfKind } from './age.ts';
import classes from './overview.module.css';

const text = overviewWords.kinds;
const BUCKETS = ['fresh', 'grown', 'old'] as const;

/** Credentials by kind, each a bar parted by age; every figure stands in words too. */
export const AgeBars = ({ kinds }: { readonly kinds: readonly AgesOfKind[] }) => {
  if (kinds.length === 0) return <p className="kt-dim">{text.none}</p>;
  const most = Math.max(...kinds.map(({ fresh, grown, old }) => fresh + grown + old));
  return (
    <>
      <ul className={classes['kinds']}>
        {kinds.map((ages) => {
          const total = ages.fresh + ages.grown + ages.old;
          return (
            <li key={ages.kind}>
              <Link to="/admin/system/credentials" search={ages.search} className={`${classes['kind']} ${classes['needLink']}`}>
                {ages.kind}
              </Link>
              <span className={classes['track']} role="img" aria-label={text.bar(ages.kind, ages.fresh, ages.grown, ages.old)}>
                {BUCKETS.filter((bucket) => ages[bucket] > 0).map((bucket) => (
                  <span key={bucket} className={classes['part']} data-age={bucket} style={{ width: `${(ages[bucket] / most) * 100}%` }} />
                ))}
              </span>
              <span className="kt-number">{text.total(total, ages.atLeast)}</span>
            </li>
          );
        })}
      </ul>
      <ul className={classes['legend']}>
        {BUCKETS.map((bucket) => (
          <li key={bucket}>
            <span className={classes['swatch']} data-age={bucket} aria-hidden />
            {text.ages[bucket]}
          </li>
        ))}
      </ul>
    </>
  );
};
