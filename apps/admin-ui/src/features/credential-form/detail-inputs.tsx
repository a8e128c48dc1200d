import { Checkbox, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { strings } from '../../strings.ts';
import { inputProps } from './form-input.tsx';
import type { DetailsBefore } from './read-details.ts';
import { dayOf, labelLines } from './read-details.ts';
import type { Form } from './use-form.ts';

const text = strings.forms.details;
const NOTHING: DetailsBefore = { displayName: null, owner: null, notes: null, tags: [], labels: {}, expiresAt: null, isDefault: false };

type Props = { readonly form: Form; readonly before?: DetailsBefore };

export const NameInput = ({ form, before = NOTHING }: Props) => (
  <TextInput
    {...inputProps(form, 'displayName')}
    label={text.displayName}
    description={text.displayNameHint}
    defaultValue={before.displayName ?? ''}
    maxLength={200}
  />
);

/** The day on which a value ends. */
export const ExpiryInput = ({
  form,
  hint,
  before = null,
}: {
  readonly form: Form;
  readonly hint: string;
  readonly before?: string | null;
}) => <TextInput {...inputProps(form, 'expiresOn')} type="date" label={text.expires} description={hint} defaultValue={dayOf(before)} />;

/** What is said of a credential beside its value. */
export const DetailInputs = ({ form, before = NOTHING }: Props) => (
  <Stack gap="sm">
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="sm">
      <TextInput
        {...inputProps(form, 'owner')}
        label={text.owner}
        description={text.ownerHint}
        defaultValue={before.owner ?? ''}
        maxLength={200}
      />
      <ExpiryInput form={form} hint={text.expiresHint} before={before.expiresAt} />
      <TextInput
        {...inputProps(form, 'tags')}
        label={text.tags}
        description={text.tagsHint}
        defaultValue={before.tags.join(', ')}
        spellCheck={false}
      />
    </SimpleGrid>
    <Textarea
      {...inputProps(form, 'labels')}
      label={text.labels}
      description={text.labelsHint}
      defaultValue={labelLines(before.labels)}
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
    />
    <Textarea
      {...inputProps(form, 'notes')}
      label={text.notes}
      description={text.notesHint}
      defaultValue={before.notes ?? ''}
      maxLength={4000}
      autosize
      minRows={2}
      maxRows={8}
    />
    <Checkbox name="isDefault" label={text.isDefault} description={text.isDefaultHint} defaultChecked={before.isDefault} />
  </Stack>
);
