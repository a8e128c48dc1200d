/** The people of the dev stack. Each one's password is its id followed by `-dev`. */
export type DevAccount = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly tier: string;
};

export const devAccountIds = ['admin', 'admin2', 'operator', 'auditor', 'professional', 'free'] as const;
export type DevAccountId = (typeof devAccountIds)[number];

const account = (id: DevAccountId, name: string, role: string, tier: string): DevAccount => ({
  id,
  name,
  email: `${id}@keyturn.test`,
  roles: [role],
  tier,
});

export const devAccounts: Readonly<Record<DevAccountId, DevAccount>> = {
  admin: account('admin', 'Ada Admin', 'admin', 'enterprise'),
  admin2: account('admin2', 'Ben Admin', 'admin', 'enterprise'),
  operator: account('operator', 'Olga Operator', 'operator', 'enterprise'),
  auditor: account('auditor', 'Ari Auditor', 'auditor', 'enterprise'),
  professional: account('professional', 'Pia Professional', 'user', 'professional'),
  free: account('free', 'Finn Free', 'user', 'free'),
};

export const findAccount = (id: string): DevAccount | undefined => Object.values(devAccounts).find((known) => known.id === id);

export const passwordOf = (id: DevAccountId): string => `${id}-dev`;

/** The account, if the name is known and the password is its own. */
export const signIn = (username: string, password: string): DevAccount | undefined => {
  const found = findAccount(username);
  return found && password === `${found.id}-dev` ? found : undefined;
};

/** What tokens say about the person, beside the subject. */
export const claimsOf = ({ name, email, roles, tier }: DevAccount): { name: string; email: string; roles: string[]; tier: string } => ({
  name,
  email,
  roles: [...roles],
  tier,
});
