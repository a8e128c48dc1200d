import type { ByokProvider } from '@keyturn/contracts/api';
import { UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import classes from './own-keys.module.css';
import { ProviderMark } from './provider-mark.tsx';

type Props = { readonly providers: readonly ByokProvider[]; readonly title: string; readonly onAdd: ((provider: string) => void) | null };

/** Providers of which this person has no key, each a way to add one where that is allowed. */
export const ProviderOffers = ({ providers, title, onAdd }: Props) =>
  providers.length === 0 ? null : (
    <section aria-label={title}>
      <h2 className={classes['offersTitle']}>{title}</h2>
      <div className={classes['offers']}>
        {providers.map(({ id, name }) =>
          onAdd === null ? (
            <div key={id} className={classes['offer']}>
              <ProviderMark provider={id} isSmall />
              {name}
            </div>
          ) : (
            <UnstyledButton
              key={id}
              className={classes['offer'] ?? ''}
              aria-label={ownKeysWords.providers.add(name)}
              onClick={() => onAdd(id)}
            >
              <ProviderMark provider={id} isSmall />
              {name}
              <IconPlus size={15} className={classes['offerPlus']} aria-hidden />
            </UnstyledButton>
          ),
        )}
      </div>
    </section>
  );
