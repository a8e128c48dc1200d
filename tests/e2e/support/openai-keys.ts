/** The keys that the simulated OpenAI takes; they end so that their previews can be told apart. */
export const OPENAI_KEYS = ['sk-proj-workworkwork-AAAA1111', 'sk-proj-workworkwork-BBBB2222'] as const;

/** What the simulated OpenAI takes besides: an admin key, and the key of a project that it issues others to. */
export const OPENAI_ADMIN_KEY = 'sk-admin-e2ee2ee2e-0123456789';
export const OPENAI_PROJECT = 'proj_e2e';
export const OPENAI_PROJECT_KEY = 'sk-proj-issued-first-CCCC3333';
