import { lazy, Suspense } from 'react';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import type { StartFormProps } from './bulk-start-form.tsx';

const text = bulkWords.start;

/** It comes when it is asked for. */
const BulkStartForm = lazy(async () => ({ default: (await import('./bulk-start-form.tsx')).BulkStartForm }));

type Props = StartFormProps & { readonly opened: boolean };

/** Asks which credentials are rotated, or rotates those that are chosen. */
export const BulkStartDialog = ({ opened, ...form }: Props) => (
  <Dialog opened={opened} onClose={form.onClose} size="lg" title={form.chosen === null ? text.title : text.of(form.chosen.size)}>
    <Suspense fallback={<LoadingLines sentence={strings.forms.opening} lines={6} />}>
      <BulkStartForm {...form} />
    </Suspense>
  </Dialog>
);
