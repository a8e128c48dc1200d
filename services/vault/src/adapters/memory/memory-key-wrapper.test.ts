import { describeKeyWrapper } from '../../testing/describe-key-wrapper.ts';
import { memoryKeyWrapper } from './memory-key-wrapper.ts';

describeKeyWrapper('memory', () => Promise.resolve(memoryKeyWrapper()));
