import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useIsReader } from '../../shared/api/use-roles.ts';
import { usePages } from '../../shared/layout/use-pages.ts';
import { titleOfType } from '../credential-form/form-fields.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import { isMeant } from './commands.ts';
import type { Command } from './commands.ts';

// ADR-0029: what a page offers are its own buttons.
/** The present page's buttons that say that they are meant to be found; what is disabled isn't offered. */
const actionsOfPage = (): readonly Command[] =>
  [...document.querySelectorAll<HTMLButtonElement>('main [data-command]')]
    .filter((button) => !button.disabled)
    .map((button, index) => ({
      id: `action-${index}`,
      group: 'actions',
      label: button.getAttribute('aria-label') ?? button.textContent?.trim() ?? '',
      run: () => button.click(),
    }));

/** What is offered for what was typed: what can be done here, pages, then credentials. */
export const useCommands = (typed: string, searched: string) => {
  const navigate = useNavigate();
  const pages = usePages();
  const isReader = useIsReader();
  const [actions] = useState(actionsOfPage);
  const isSearch = isReader && searched.length > 1;
  const found = useQuery({ ...credentialQueries.choices(searched), enabled: isSearch, placeholderData: keepPreviousData });
  const credentials = isSearch ? (found.data?.items ?? []) : [];
  const commands: readonly Command[] = [
    ...actions.filter((action) => isMeant(action, typed)),
    ...pages
      .map(({ to, title }): Command => ({ id: `page-${to}`, group: 'pages', label: title, run: () => void navigate({ to }) }))
      .filter((page) => isMeant(page, typed)),
    ...credentials.slice(0, 8).map(({ credentialId, address, credentialType, displayName }): Command => ({
      id: `credential-${credentialId}`,
      group: 'credentials',
      label: address,
      hint: displayName ?? titleOfType(credentialType),
      run: () => void navigate({ to: '/admin/system/credentials/$credentialId', params: { credentialId } }),
    })),
  ];
  return { commands, isSearching: isSearch && found.isFetching, hasFailed: isSearch && found.isError };
};
