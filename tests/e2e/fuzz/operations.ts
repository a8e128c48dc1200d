import { z } from 'zod';

const Schema = z.record(z.string(), z.unknown());
const Parameter = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header', 'cookie']), schema: Schema.default({}) });
const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.union([Parameter, z.object({ $ref: z.string() })])).default([]),
  requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: Schema, example: z.unknown() }) }) }).optional(),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: Schema }),
});

export type Fuzzed = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly z.infer<typeof Parameter>[];
  readonly body: { readonly schema: z.infer<typeof Schema>; readonly example: unknown } | null;
};

/** What a document offers to be asked, and the schemas that it refers to. */
export const operationsIn = (given: unknown): { readonly operations: readonly Fuzzed[]; readonly schemas: z.infer<typeof Schema> } => {
  const { paths, components } = Document.parse(given);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters, requestBody }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      parameters: parameters.filter((each) => 'name' in each),
      body: requestBody?.content['application/json'] ?? null,
    })),
  );
  return { operations, schemas: components.schemas };
};
