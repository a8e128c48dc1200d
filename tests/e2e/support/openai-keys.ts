/** The keys that the simulated OpenAI takes; they end so that their previews can be told apart. */
export const OPENAI_KEYS = ['sk-proj-workworkwork-AAAA1111', 'sk-proj-workworkwork-BBBB2222'] as const;
