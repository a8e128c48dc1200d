import { BYOK_TIERS } from '@keyturn/contracts/access';
import { IconGift } from '@tabler/icons-react';
import { Notice } from '../../shared/state/notice.tsx';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import classes from './own-keys.module.css';

const text = ownKeysWords.plan;
const nameOf = (tier: string): string => text.names[tier] ?? tier;
const plans = new Intl.ListFormat('en', { type: 'disjunction' }).format(BYOK_TIERS.map(nameOf));

type Props = { readonly tier: string | null; readonly hasPlan: boolean; readonly hasKeys: boolean };

/** What this person's plan allows; where it has no keys of one's own, which have, and what happens meanwhile. */
export const PlanNotice = ({ tier, hasPlan, hasKeys }: Props) =>
  hasPlan ? (
    <p className={`kt-dim ${classes['plan']}`}>{text.included(nameOf(tier ?? ''))}</p>
  ) : (
    <div className={classes['notice']}>
      <Notice tone="busy" icon={<IconGift size={18} />} title={text.title}>
        {text.detail(tier === null ? null : nameOf(tier), plans)} {hasKeys && text.kept}
      </Notice>
    </div>
  );
