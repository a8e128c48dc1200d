import { notifyManager, type Query, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { isUnanswered } from '../api/problem-message.ts';

const isOld = (query: Query): boolean => {
  const { status, data, error } = query.state;
  return status === 'error' && data !== undefined && isUnanswered(error) && query.isActive();
};

/** Whether something on show could not be read anew, because nobody answered: it may be old. What was never read says so in its own place. */
export const useIsUnanswered = (): boolean => {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((onChange: () => void) => cache.subscribe(notifyManager.batchCalls(onChange)), [cache]);
  return useSyncExternalStore(subscribe, () => cache.getAll().some(isOld));
};
