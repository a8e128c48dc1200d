import type { Finding, ProviderReply } from '../http/index.ts';

type About = { readonly apiUser: string; readonly clientIp: string; readonly userName?: string | undefined; readonly where: string };
type Meaning = { readonly verdict: Finding['verdict']; readonly say: (about: About) => string };

const keyUnknown: Meaning = {
  verdict: 'invalid',
  say: ({ apiUser, where }) =>
    `NameCheap's ${where} refuses the key of ${apiUser}: it is mistyped or was reset, API access is off, or it belongs to the other system.`,
};
const userUnknown: Meaning = {
  verdict: 'invalid',
  say: ({ apiUser, where }) => `NameCheap's ${where} doesn't know the API user ${apiUser}.`,
};
const notListed: Meaning = {
  verdict: 'forbidden',
  say: ({ clientIp }) =>
    `NameCheap doesn't take calls from here as ${clientIp}: put the address of the rotation worker on the account's list (Profile, Tools, API Access).`,
};
const locked = (what: string): Meaning => ({
  verdict: 'forbidden',
  say: () => `NameCheap has locked or disabled ${what}: ask its support.`,
});
const otherUser: Meaning = {
  verdict: 'forbidden',
  say: ({ apiUser, userName = apiUser }) => `NameCheap doesn't let ${apiUser} act for ${userName}: check the user name.`,
};
const tooMany: Meaning = { verdict: 'rate-limited', say: () => 'NameCheap takes no more calls just now: test again in an hour.' };
const trouble: Meaning = { verdict: 'unreachable', say: () => 'NameCheap has trouble of its own: test again in a while.' };

/** What NameCheap's numbers mean for a key; its own texts may repeat what was sent, and are never shown. Only what is about the key or its user is `invalid`. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  '1010101': userUnknown,
  '1011101': userUnknown,
  '1010102': keyUnknown,
  '1011102': keyUnknown,
  '1010105': notListed,
  '1011105': notListed,
  '1011150': notListed,
  '1017105': locked('this address'),
  '1017150': locked('this address'),
  '1017101': locked('the API user'),
  '1017103': locked('the user'),
  '1017410': locked('the account, after declined payments'),
  '1017411': tooMany,
  '1016103': otherUser,
  '1019103': otherUser,
  '1010103': otherUser,
  '500000': tooMany,
  '1050900': trouble,
  '3031510': trouble,
  '3050900': trouble,
  '4022312': trouble,
  '5050900': trouble,
};

/** It says so with a 200. */
export const isTooManyOfNamecheap = ({ status, text }: ProviderReply): boolean =>
  status === 429 || /<Error Number="(?:1017411|500000)"/u.test(text);

const NUMBER = /^\d{1,9}$/u;

/** What an error number comes to. One that isn't known says nothing about the key. */
export const sentenceOf = (number: string, about: About): Finding => {
  const meaning = Object.hasOwn(MEANINGS, number) ? MEANINGS[number] : undefined;
  if (meaning) return { verdict: meaning.verdict, sentence: meaning.say(about) };
  const which = NUMBER.test(number) ? `error ${number}` : 'an error without a number';
  return { verdict: 'unreachable', sentence: `NameCheap answers with ${which}, which Keyturn doesn't know: see its list of error codes.` };
};
