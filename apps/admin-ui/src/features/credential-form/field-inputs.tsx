import { CREDENTIAL_TYPES } from '@keyturn/contracts';
import type { CredentialType } from '@keyturn/contracts';
import { SimpleGrid, Stack } from '@mantine/core';
import { ExtraInputs } from './extra-inputs.tsx';
import { formFields, takesAnyFields } from './form-fields.ts';
import { FormInput } from './form-input.tsx';
import type { Form } from './use-form.ts';

type Values = Readonly<Record<string, string>>;
type Props = { readonly type: CredentialType; readonly form: Form; readonly values?: Values };

/** The inputs of a type's public fields, as its schema has them. */
export const PublicInputs = ({ type, form, values = {} }: Props) => {
  const fields = formFields(type).filter(({ secret }) => !secret);
  const declared = new Set(fields.map(({ name }) => name));
  const others = Object.entries(values).filter(([name]) => !declared.has(name));
  return (
    <>
      {fields.length > 0 && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="sm">
          {fields.map((field) => (
            <FormInput key={field.name} field={field} form={form} value={values[field.name]} />
          ))}
        </SimpleGrid>
      )}
      {takesAnyFields(type) && <ExtraInputs kind="public" form={form} values={others} />}
    </>
  );
};

/** The inputs of its secret fields. They begin empty: the page doesn't have what they hold. */
export const SecretInputs = ({ type, form }: Omit<Props, 'values'>) => (
  <Stack gap="sm">
    {formFields(type)
      .filter(({ secret }) => secret)
      .map((field) => (
        <FormInput
          key={field.name}
          field={field}
          form={form}
          isLong={takesAnyFields(type) && field.name === CREDENTIAL_TYPES[type].mainSecret}
        />
      ))}
    {takesAnyFields(type) && <ExtraInputs kind="secret" form={form} values={[]} />}
  </Stack>
);
