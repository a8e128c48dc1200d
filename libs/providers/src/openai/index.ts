export { openAiAdminAdapter } from './admin-key-adapter.ts';
export { openAiRotation } from './openai-rotation.ts';
