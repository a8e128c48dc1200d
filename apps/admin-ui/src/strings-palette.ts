/** The words of the command palette; part of `strings`. */
export const palette = {
  open: 'Go to…',
  title: 'Go to a page, a credential, or an action',
  placeholder: 'A page, a credential, or something to do here',
  keys: (isMac: boolean) => (isMac ? '⌘ K' : 'Ctrl K'),
  groups: { actions: 'On this page', pages: 'Pages', credentials: 'Credentials' },
  results: (count: number) => (count === 1 ? '1 result' : `${count} results`),
  searching: 'Searching the credentials…',
  nothing: 'Nothing matches.',
  failed: 'The credentials could not be searched just now.',
} as const;
