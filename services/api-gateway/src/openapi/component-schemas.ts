import * as contracts from '@keyturn/contracts';
import * as api from '@keyturn/contracts/api';
import { RewrapStarted, RotationStarted } from '@keyturn/contracts/commands';
import { z } from 'zod';

export type Json = Record<string, unknown>;

/** Schemas as they are written into the document: those that the contracts name become components, the others stand where they are used. */
export interface ComponentSchemas {
  /** `input` is what a client writes, and what it can rely on in an answer: fields that it doesn't know may come. */
  convert(schema: z.ZodType, io?: 'input' | 'output'): Json;
  /** Those that were used so far, by name. */
  used(): Json;
}

const DEFS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

const registryOfNames = () => {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...contracts, ...api, RewrapStarted, RotationStarted })) {
    if (schema instanceof z.ZodType && !names.has(schema)) names.add(schema, { id });
  }
  return names;
};

export const componentSchemas = (): ComponentSchemas => {
  const metadata = registryOfNames();
  const used = new Map<string, unknown>();
  return {
    convert: (schema, io = 'input') => {
      const { $schema: _dialect, $defs = {}, ...root } = z.toJSONSchema(schema, { metadata, io });
      for (const [name, definition] of Object.entries($defs)) used.set(name, pointToComponents(definition));
      return { ...pointToComponents(root) };
    },
    used: () => Object.fromEntries([...used].toSorted(([a], [b]) => a.localeCompare(b))),
  };
};

const pointToComponents = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key === '$ref' && typeof inner === 'string' && inner.startsWith(DEFS) ? COMPONENTS + inner.slice(DEFS.length) : inner,
  );
