import type { ProviderHttp } from '../../src/http/index.ts';

const PLACES = /"(?<place>id|status|name|expires_on|last_used_on)":"[^"]*"/gu;

/** A provider that says the secret which it made, or was shown, wherever an answer has an id, a state, a name or a time. */
export const repeatingSecrets = ({ send }: ProviderHttp): ProviderHttp => ({
  send: async (asked) => {
    const reply = await send(asked);
    if ('noReply' in reply) return reply;
    const made = /"value":"(?<secret>[^"]+)"/u.exec(reply.text)?.groups?.['secret'];
    const secret = made ?? asked.headers?.['authorization']?.slice('Bearer '.length) ?? '';
    return { ...reply, text: reply.text.replace(PLACES, `"$<place>":"${secret}"`) };
  },
});
