import { ApiProblem } from '../../shared/api/api-problem.ts';
import { strings } from '../../strings.ts';

const { title, detail } = strings.sealing.changed;

/** The vault shows another identity than the one this browser knows: nothing is sealed to it, and nothing is sent. */
export class IdentityChanged extends ApiProblem {
  readonly shown: string;

  constructor(known: string, shown: string) {
    super({
      type: 'about:blank#identity-changed',
      title,
      status: 422,
      code: 'identity-changed',
      detail: detail(known, shown),
      instance: '',
    });
    this.name = 'IdentityChanged';
    this.shown = shown;
  }
}
