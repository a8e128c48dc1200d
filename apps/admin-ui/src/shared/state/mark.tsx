import { CREDENTIAL_TYPES } from '@keyturn/contracts';
import type { CredentialType } from '@keyturn/contracts';
import { IconDatabase, IconKey, IconPlug, IconShieldLock, IconSparkles } from '@tabler/icons-react';
import classes from './mark.module.css';

/** What no provider stands for; any other icon is a letter of our own: no provider's sign. */
const SIGNS: Readonly<Record<string, typeof IconKey>> = {
  database: IconDatabase,
  key: IconKey,
  llm: IconSparkles,
  oauth: IconShieldLock,
  plug: IconPlug,
};
const SIGN_PX = { large: 20, small: 16, tiny: 12 } as const;

type Size = keyof typeof SIGN_PX;

/** The tile of an icon that a type or a provider declares, in its colour; a picture beside its name. */
export const Mark = ({ icon, size = 'large' }: { readonly icon: string; readonly size?: Size }) => {
  const Sign = SIGNS[icon];
  const letter = Sign ? undefined : icon.charAt(0).toUpperCase();
  return (
    <span className={`${classes['mark']} ${classes[size] ?? ''}`} data-icon={icon} data-letters={letter} aria-hidden>
      {Sign && <Sign size={SIGN_PX[size]} />}
    </span>
  );
};

/** That of a type of credential. */
export const TypeMark = ({ type, size }: { readonly type: CredentialType; readonly size: Size }) => (
  <Mark icon={CREDENTIAL_TYPES[type].icon} size={size} />
);
