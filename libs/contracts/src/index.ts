export * from './words.ts';
export * from './policy.ts';
export * from './credential-type.ts';
export * from './sealed-box.ts';
export * from './message.ts';
export * from './refusals.ts';
export * from './subjects.ts';
