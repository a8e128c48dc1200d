/** What pages are called, in the menu and above them; part of `strings`. */
export const pages = {
  overview: 'Overview',
  bulk: 'Bulk rotations',
  consumers: 'Consumers',
  audit: 'Audit',
  keyRing: 'Key ring',
  settings: 'Settings',
  ownKeys: 'My API keys',
} as const;
