import { expect, it } from 'vitest';
import * as workflows from './index.ts';

it('The workflows are these', () => expect(Object.keys(workflows)).toEqual(['rotateCredential']));
