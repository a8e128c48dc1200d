import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import { KeyItem } from './key-item.tsx';
import type { KeyAction } from './key-item.tsx';
import { nameOfProvider } from './key-words.ts';
import type { KeysOfProvider } from './key-words.ts';
import classes from './own-keys.module.css';
import { ProviderMark } from './provider-mark.tsx';

const text = ownKeysWords.providers;

type Props = KeysOfProvider & {
  /** Null where this person adds none. */
  readonly onAdd: (() => void) | null;
  readonly onAction: ((action: KeyAction) => void) | null;
};

/** The keys of one provider. */
export const ProviderCard = ({ provider, keys, onAdd, onAction }: Props) => {
  const name = nameOfProvider(provider);
  return (
    <section className={`kt-card ${classes['card']}`} aria-label={name}>
      <div className={classes['cardHead']}>
        <ProviderMark provider={provider} />
        <div className={classes['cardNames']}>
          <h2 className={classes['cardTitle']}>{name}</h2>
          <span className="kt-sub">{text.count(keys.length)}</span>
        </div>
        {onAdd !== null && (
          <Tooltip label={text.another(name)}>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.another(name)} onClick={onAdd}>
              <IconPlus size={18} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <ul className={classes['keys']}>
        {keys.map((key) => (
          <KeyItem key={key.key_id} apiKey={key} onAction={onAction} />
        ))}
      </ul>
    </section>
  );
};
