import type { ProviderHttp } from '../../src/http/index.ts';

/** A provider that says the secret which it made, or was shown, in each field of that name in its answers. */
export const repeatingSecrets = ({ send }: ProviderHttp, field: string): ProviderHttp => ({
  send: async (asked) => {
    const reply = await send(asked);
    if ('noReply' in reply) return reply;
    const made = /"value":"(?<secret>[^"]+)"/u.exec(reply.text)?.groups?.['secret'];
    const secret = made ?? asked.headers?.['authorization']?.slice('Bearer '.length) ?? '';
    return { ...reply, text: reply.text.replace(new RegExp(`"${field}":"[^"]*"`, 'gu'), `"${field}":"${secret}"`) };
  },
});
