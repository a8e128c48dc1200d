import { z } from 'zod';
import type { Address } from './words.ts';

/** Letters that no decomposition takes apart. */
const SPELLED: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', þ: 'th', ı: 'i' };
const MOST = 63;

const spell = (letter: string): string => SPELLED[letter] ?? `-u${letter.codePointAt(0)?.toString(16) ?? ''}-`;

/**
 * A name as a token of an address: `[a-z0-9-]{1,63}`. Accents go (`Büro` → `buro`), other scripts become code points (`漢` → `u6f22`), all
 * else becomes `-`. The same text gives the same slug for ever; two texts may share one, which a registration then refuses as
 * `address-taken`. A text without a letter or digit is `unnamed`.
 */
export const slug = (text: string): string => {
  const letters = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, '');
  const spelled = letters.replaceAll(/[^a-z0-9\s!-~]/gu, (letter) => (/[\p{L}\p{N}]/u.test(letter) ? spell(letter) : '-'));
  const token = spelled.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return token.slice(0, MOST).replace(/-+$/, '') || 'unnamed';
};

/** The parts of an address as people write them. */
export const AddressParts = z.object({
  scope: z.string().max(63).default('system'),
  service: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
});
export type AddressParts = z.input<typeof AddressParts>;

/** The address of a service's credential by their names; a scope is taken as it is. */
export const addressFrom = ({ scope = 'system', service, name }: AddressParts): Address => `${scope}.${slug(service)}.${slug(name)}`;

/** An address taken apart. */
export const partsOf = (address: Address): { readonly scope: string; readonly service: string; readonly name: string } => {
  const [scope = '', service = '', name = ''] = address.split('.');
  return { scope, service, name };
};
