import { strings } from '../../strings.ts';
import type { FieldErrors, Typed } from './typed.ts';
import { typedIn } from './typed.ts';

// Fields that a person names: a row has an input for the name and one for the value, told from other rows by a number.

export type ExtraKind = 'public' | 'secret';
const text = strings.forms.extra;
const NAME_INPUT = /^(public|secret)-name:(\d+)$/;

export const nameInput = (kind: ExtraKind, row: number): string => `${kind}-name:${row}`;
export const valueInput = (kind: ExtraKind, row: number): string => `${kind}-value:${row}`;

type Row = {
  readonly kind: ExtraKind;
  readonly nameInput: string;
  readonly valueInput: string;
  readonly name: string;
  readonly value: string;
};

const rowsOf = (form: Typed): readonly Row[] =>
  [...form.keys()].flatMap((key) => {
    const [, kind, row] = NAME_INPUT.exec(key) ?? [];
    if (kind !== 'public' && kind !== 'secret') return [];
    const value = valueInput(kind, Number(row));
    return [{ kind, nameInput: key, valueInput: value, name: typedIn(form, key).trim(), value: typedIn(form, value) }];
  });

const isEmpty = ({ name, value }: Row): boolean => name === '' && value === '';

/** The fields that a person named; a row with nothing in it is none. */
export const readExtra = (form: Typed, kind: ExtraKind): Record<string, string> =>
  Object.fromEntries(
    rowsOf(form)
      .filter((row) => row.kind === kind && row.name !== '' && row.value !== '')
      .map(({ name, value }) => [name, value]),
  );

/** Rows that are half empty, or named like another. */
export const checkExtra = (form: Typed): FieldErrors => {
  const rows = rowsOf(form).filter((row) => !isEmpty(row));
  return Object.fromEntries(
    rows.flatMap((row, index): [string, string][] => {
      if (row.name === '') return [[row.nameInput, text.nameNeeded]];
      if (rows.findIndex(({ name }) => name === row.name) < index) return [[row.nameInput, text.twice]];
      return row.value === '' ? [[row.valueInput, text.valueNeeded]] : [];
    }),
  );
};

/** The input in which the field got its name. */
export const extraInputOf = (form: Typed, name: string): string | null => rowsOf(form).find((row) => row.name === name)?.nameInput ?? null;
