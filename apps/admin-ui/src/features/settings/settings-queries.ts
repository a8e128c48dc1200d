import { SettingsView } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../shared/api/request.ts';

export const settingsQuery = queryOptions({
  queryKey: ['settings'] as const,
  queryFn: ({ signal }) => get('/api/v1/admin/settings', SettingsView, { signal }),
  staleTime: 60_000,
});
