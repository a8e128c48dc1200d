import { strings } from '../../strings.ts';
import { useIsReader, useMayAudit } from '../api/use-roles.ts';

const AUDIT = '/admin/system/audit';
const PAGES = [
  { to: '/', title: strings.pages.overview },
  { to: '/admin/system/credentials', title: strings.credentials.title },
  { to: '/admin/system/rotations/bulk', title: strings.pages.bulk },
  { to: '/admin/system/consumers', title: strings.pages.consumers },
  { to: AUDIT, title: strings.pages.audit },
  { to: '/admin/system/key-ring', title: strings.pages.keyRing },
  { to: '/admin/system/settings', title: strings.pages.settings },
] as const;
const OWN = { to: '/account/api-keys', title: strings.pages.ownKeys } as const;

/** The pages that this person has, their own keys last. */
export const usePages = () => {
  const isReader = useIsReader();
  const mayAudit = useMayAudit();
  return isReader ? [...PAGES.filter(({ to }) => mayAudit || to !== AUDIT), OWN] : [OWN];
};
