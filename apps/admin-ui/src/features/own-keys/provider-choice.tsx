import type { ByokProvider } from '@keyturn/contracts/api';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import classes from './own-keys.module.css';
import { ProviderMark } from './provider-mark.tsx';

type Props = {
  readonly providers: readonly ByokProvider[];
  readonly chosen: string;
  readonly onChoose: (provider: string) => void;
};

/** The providers, one of them chosen: real radio buttons, drawn as tiles. */
export const ProviderChoice = ({ providers, chosen, onChoose }: Props) => (
  <fieldset className={classes['choice']}>
    <legend>{ownKeysWords.form.provider}</legend>
    <div className={classes['tiles']}>
      {providers.map(({ id, name }) => (
        <label key={id} className={classes['tile']}>
          <input
            type="radio"
            name="provider"
            value={id}
            checked={id === chosen}
            onChange={() => onChoose(id)}
            data-autofocus={id === chosen ? true : undefined}
          />
          <ProviderMark provider={id} isSmall />
          <span>{name}</span>
        </label>
      ))}
    </div>
  </fieldset>
);
