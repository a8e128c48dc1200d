import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { strings } from '../../strings.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import { InputRefused } from './form-problem.ts';
import { inputProps } from './form-input.tsx';
import type { Form } from './use-form.ts';

const text = strings.forms.register;
const DEBOUNCE_MS = 200;

/** The credential with this address; null where none was typed. */
export const issuerOf = async (client: QueryClient, address: string): Promise<string | null> => {
  if (address === '') return null;
  const { items } = await client.fetchQuery(credentialQueries.choices(address));
  const found = items.find((one) => one.address === address);
  if (found === undefined) throw new InputRefused('issuer', text.noIssuer);
  return found.credentialId;
};

/** An address that is completed by those that exist. */
export const IssuerInput = ({ form }: { readonly form: Form }) => {
  const list = useId();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), DEBOUNCE_MS);
  const { data } = useQuery(credentialQueries.choices(search));
  return (
    <>
      <TextInput
        {...inputProps(form, 'issuer')}
        label={text.issuer}
        description={text.issuerHint}
        list={list}
        onChange={(event) => setTyped(event.currentTarget.value)}
        spellCheck={false}
      />
      <datalist id={list}>
        {data?.items.map(({ credentialId, address }) => (
          <option key={credentialId} value={address} />
        ))}
      </datalist>
    </>
  );
};
