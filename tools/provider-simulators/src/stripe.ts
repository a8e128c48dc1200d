import { bearerOf, type Simulator, startSimulator } from './simulator.ts';

export type StripeKey = { readonly isExpired?: boolean; readonly mayReadBalance?: boolean };

/** Stripe's API: the balance. The client's host and port are those of `url`, its paths begin with `/v1`. */
export const startStripe = (keys: Map<string, StripeKey>): Promise<Simulator> =>
  startSimulator((app) => {
    app.get('/v1/balance', (context) => {
      const secret = bearerOf(context.req.header('authorization'));
      const key = keys.get(secret);
      const refuse = (status: 401 | 403, error: object) => context.json({ error: { type: 'invalid_request_error', ...error } }, status);
      // The real one repeats the first and last characters of a key that it doesn't know.
      if (!key) return refuse(401, { message: `Invalid API Key provided: ${secret.slice(0, 8)}****${secret.slice(-4)}` });
      if (key.isExpired === true)
        return refuse(401, { code: 'api_key_expired', message: `Expired API Key provided: ${secret.slice(0, 8)}****` });
      if (key.mayReadBalance === false)
        return refuse(403, { message: `The provided key '${secret}' does not have the required permissions.` });
      context.var.accept(secret);
      const funds = [{ amount: 1200, currency: 'eur', source_types: { card: 1200 } }];
      return context.json({ object: 'balance', livemode: secret.includes('_live_'), available: funds, pending: [] });
    });
  });
