import { z } from 'zod';

const Json = z.record(z.string(), z.unknown());
export type Json = z.infer<typeof Json>;

const Media = z.looseObject({
  schema: Json.optional(),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
});
export type Media = z.infer<typeof Media>;

const Header = z.object({ $ref: z.string() });
const Response = z.object({ headers: z.record(z.string(), Header).default({}), content: z.record(z.string(), Media).default({}) });
export type DocumentedResponse = z.infer<typeof Response>;

const Parameter = z.looseObject({ name: z.string().optional(), schema: Json.optional(), example: z.unknown().optional() });
const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: z.record(z.string(), Media) }).optional(),
  responses: z.record(z.string(), Response),
});
export type Operation = z.infer<typeof Operation>;

/** As much of an OpenAPI document as checking answers needs. */
export const OpenApiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    schemas: z.record(z.string(), Json),
    headers: z.record(z.string(), z.object({ required: z.boolean().default(false), schema: Json })),
  }),
});
export type OpenApiDocument = z.infer<typeof OpenApiDocument>;
