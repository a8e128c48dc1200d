import { type Asked, type OpenAiAccounts, type OpenAiKeys, organizationRoutes, refuse, letIn, touch } from './openai-organization.ts';
import { bearerOf, type Simulator, startSimulator } from './simulator.ts';

export { type OpenAiAccount, type OpenAiKey, openAiKeyIdOf } from './openai-organization.ts';

export type OpenAiOptions = {
  /** It checks no keys. */
  readonly isOpen?: boolean;
  /** The service accounts of all projects, by id. */
  readonly accounts?: OpenAiAccounts;
};

const openAiModels = (models: readonly string[]) => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: 1_686_935_002, owned_by: 'openai' })),
});

const listModels =
  (keys: OpenAiKeys, isOpen: boolean) =>
  (context: Asked): Response => {
    if (isOpen) return context.json(openAiModels(['llama']));
    const secret = bearerOf(context.req.header('authorization'));
    const key = letIn(context, keys, secret);
    if (key instanceof Response) return key;
    if (key.mayListModels === false || key.isAdmin === true)
      return refuse(context, 403, null, 'You have insufficient permissions for this operation. Missing scopes: api.model.read.');
    if (key.isDenied === true)
      return refuse(context, 403, 'unsupported_country_region_territory', 'Country, region, or territory not supported');
    touch(context, keys, secret);
    return context.json(openAiModels(key.models));
  };

/**
 * OpenAI's API, and whatever is made like it: the list of models, and the administration of an organization. The client's base URL is `url` and
 * `/v1`. `keys` is what it takes, by value: what is issued appears in it, and what is deleted is gone from it.
 */
export const startOpenAi = (keys: OpenAiKeys, { isOpen = false, accounts = new Map() }: OpenAiOptions = {}): Promise<Simulator> =>
  startSimulator((app) => {
    app.get('/v1/models', listModels(keys, isOpen));
    organizationRoutes(app, keys, accounts);
  });
