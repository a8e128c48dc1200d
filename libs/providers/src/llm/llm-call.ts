import { z } from 'zod';
import { bearer, counted } from '../http/index.ts';

/** The cheapest call that needs the key, at one provider, and what its answer says. */
export type LlmCall = {
  readonly name: string;
  readonly baseUrl: string;
  readonly path: string;
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  /** What the account can do by the answer, in short phrases of ours; null if the answer is none of this API. */
  readonly can: (body: unknown) => readonly string[] | null;
};

/** How many models there are in the list of that name. */
export const listed = (field: string): LlmCall['can'] => {
  const List = z.object({ [field]: z.array(z.unknown()) });
  return (body) => {
    const found = List.safeParse(body).data?.[field];
    return found ? [`use ${counted(found.length, 'model')}`] : null;
  };
};

/** The models of an API like that of OpenAI. */
export const openAiModels = { path: '/models', headers: bearer, can: listed('data') } as const;
