import { POLICY, REACHES, isPolicyAction, rolesFor } from './policy.ts';

const cellOf = (roles: readonly string[]): string => (roles.length === 0 ? '—' : roles.join(', '));

/** The policy as the table of `docs/policy.md`, row by row. */
export const policyMarkdown = (): string => {
  const rows = Object.keys(POLICY)
    .filter(isPolicyAction)
    .map((action) => [`\`${action}\``, ...REACHES.map((reach) => cellOf(rolesFor(action, reach)))]);
  const table = [['action', 'the system’s', 'one’s own', 'another person’s'], ['---', '---', '---', '---'], ...rows];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};
