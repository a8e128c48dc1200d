export { csvOf } from './csv-of.ts';
export { exportedOf } from './exported-of.ts';
