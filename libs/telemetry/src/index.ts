export { jsonLogger, silentLogger, type Fields, type Logger } from './logger.ts';
