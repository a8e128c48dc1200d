export { recordedAs, SPEC_START, specFor, specTime } from './spec-for.ts';
