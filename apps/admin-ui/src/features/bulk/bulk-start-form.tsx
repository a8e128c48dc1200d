import { Fieldset, NativeSelect, NumberInput, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import { TYPE_CHOICES } from '../credential-form/form-fields.ts';
import type { Selection } from '../credentials/selection.ts';
import classes from './bulk.module.css';
import { startBulk } from './bulk-queries.ts';
import { PROVIDER_CHOICES } from './bulk-words.ts';
import { bodyOf, checkWish, filterOf, FIRST_WISH } from './start-wish.ts';
import type { Wish, WishErrors } from './start-wish.ts';
import { useBulkWrite } from './use-bulk-write.ts';
import { Chosen, isStartable, useWouldTake, WouldTake } from './would-take.tsx';

const text = bulkWords.start;

type PartProps = {
  readonly wish: Wish;
  readonly onWish: (change: Partial<Wish>) => void;
  readonly errors: WishErrors;
};

const Which = ({ wish, onWish, errors, children }: PartProps & { readonly children: ReactNode }) => (
  <Fieldset legend={text.which} radius="md">
    <div className={classes['two']}>
      <TextInput
        label={text.service}
        description={text.serviceHint}
        value={wish.service}
        onChange={(event) => onWish({ service: event.currentTarget.value })}
        error={errors.service ?? null}
        autoComplete="off"
        data-autofocus
      />
      <NativeSelect
        label={text.provider}
        description={text.providerHint}
        data={[{ value: '', label: text.anyProvider }, ...PROVIDER_CHOICES]}
        value={wish.provider}
        onChange={(event) => onWish({ provider: event.currentTarget.value })}
      />
      <NativeSelect
        label={text.type}
        description={text.typeHint}
        data={[{ value: '', label: text.anyType }, ...TYPE_CHOICES]}
        value={wish.type}
        onChange={(event) => onWish({ type: event.currentTarget.value })}
      />
      <TextInput
        label={text.tag}
        description={text.tagHint}
        value={wish.tag}
        onChange={(event) => onWish({ tag: event.currentTarget.value })}
        error={errors.tag ?? null}
        autoComplete="off"
      />
    </div>
    {children}
  </Fieldset>
);

const Care = ({ wish, onWish, errors }: PartProps) => (
  <div className={classes['two']}>
    <NumberInput
      label={text.most}
      description={text.mostHint}
      value={wish.most}
      onChange={(most) => onWish({ most })}
      error={errors.most ?? null}
      min={1}
      hideControls
    />
    <NumberInput
      label={text.failures}
      description={text.failuresHint}
      value={wish.failures}
      onChange={(failures) => onWish({ failures })}
      error={errors.failures ?? null}
      min={1}
      hideControls
    />
  </div>
);

const Why = ({ wish, onWish, errors }: PartProps) => {
  const label = useId();
  return (
    <>
      <div>
        <Text size="sm" fw={600} mb={4} id={label}>
          {text.reason}
        </Text>
        <SegmentedControl
          aria-labelledby={label}
          value={wish.reason}
          onChange={(next) => onWish({ reason: next === 'compromised' ? 'compromised' : 'manual' })}
          data={(['manual', 'compromised'] as const).map((value) => ({ value, label: strings.rotation.reasons[value] ?? value }))}
        />
      </div>
      <Textarea
        label={text.note}
        description={strings.rotation.noteHint}
        value={wish.note}
        onChange={(event) => onWish({ note: event.currentTarget.value })}
        error={errors.note ?? null}
        maxLength={500}
        autosize
        maxRows={4}
      />
    </>
  );
};

export type StartFormProps = {
  /** Those that were chosen one by one; null: the form asks which. */
  readonly chosen: Selection | null;
  readonly onClose: () => void;
  readonly onStarted: (bulkId: string) => void;
};

/** Which credentials, why and how carefully; nothing is sent that the vault would not take. */
export const BulkStartForm = ({ chosen, onClose, onStarted }: StartFormProps) => {
  const [wish, setWish] = useState(FIRST_WISH);
  const [isAsked, setAsked] = useState(false);
  const ids = chosen === null ? null : [...chosen.keys()];
  const request = useBulkWrite(startBulk, ({ bulkId }) => onStarted(bulkId));
  const errors = checkWish(wish, ids);
  const would = useWouldTake(errors.service === undefined && errors.tag === undefined && ids === null ? filterOf(wish) : null);
  const mayStart = isStartable(would) && errors.ids === undefined;
  const part: PartProps = {
    wish,
    onWish: (change) => setWish({ ...wish, ...change }),
    errors: isAsked ? errors : {},
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (mayStart && Object.keys(errors).length === 0) request.mutate(bodyOf(wish, ids));
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {text.lead}
        </Text>
        {chosen === null ? (
          <Which {...part}>
            <WouldTake {...would} />
          </Which>
        ) : (
          <Chosen addresses={[...chosen.values()]} problem={errors.ids ?? null} />
        )}
        <Care {...part} />
        <Why {...part} />
        <FormFoot error={request.error} isPending={request.isPending} isHeld={!mayStart} submit={text.submit} onCancel={onClose} />
      </Stack>
    </form>
  );
};
