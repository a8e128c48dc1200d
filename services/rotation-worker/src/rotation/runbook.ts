import { awaitsPerson, HELD, type PlannedStep, reasonOf } from './planned-step.ts';
import type { StepRefusal } from './step-refusal.ts';

/** The headings under which docs/operations.md says what to do about a run. */
export const RUNBOOK_HEADINGS = {
  person: 'A run waits for a person',
  consumers: 'A run waits for consumers',
  held: 'A run is held',
  refused: 'A step of a run is refused',
  failed: 'A run failed',
} as const;
type Section = keyof typeof RUNBOOK_HEADINGS;

/** Where its document is, as far as this worker is told. */
const DOCUMENT = 'docs/operations.md';

/** As readers of Markdown make it from a heading. */
export const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');

/** Which section is about a run that stands so; null where it goes on by itself. */
const sectionOf = (next: PlannedStep, refusal: StepRefusal | undefined): Section | null => {
  if (next.end === 'failed') return 'failed';
  if (refusal) return 'refused';
  if (awaitsPerson(next.step)) return 'person';
  if (next.step === 'watch' || next.step === 'await-preflight') return 'consumers';
  return next.step === 'hold' || next.step === 'escalate' ? 'held' : null;
};

const linkTo = (section: Section, runbookUrl: string | undefined): string => {
  const heading = RUNBOOK_HEADINGS[section];
  return runbookUrl === undefined ? `“${heading}” in ${DOCUMENT}` : `[${heading}](${runbookUrl}#${anchorOf(heading)})`;
};

const whatToDo = (section: Section | null, runbookUrl: string | undefined): string =>
  section === null ? '' : ` What to do: ${linkTo(section, runbookUrl)}.`;

/** The same of a run that is held: that it is, and what it still waits for meanwhile. */
export const detailsOfHeld = (next: PlannedStep): string => {
  const meanwhile = `it goes on with \`${next.step}\`, \`${reasonOf(next)}\``;
  return `${next.sentence}\n\nStep \`hold\`, \`${HELD.reason}\`; ${meanwhile}.${whatToDo('held', next.runbookUrl)}`;
};

/** What a person in Temporal's UI reads of a run: the vault's sentence, what it was refused, its step and reason, and where help is. Markdown. */
export const detailsOf = (next: PlannedStep, reason: string, refusal?: StepRefusal): string => {
  const refused = refusal ? [`**${refusal.code}**: ${refusal.sentence}`] : [];
  const help = whatToDo(sectionOf(next, refusal), next.runbookUrl);
  return [next.sentence, ...refused, `Step \`${next.step}\`, \`${reason}\`.${help}`].join('\n\n');
};

/** The same of one that gives up. */
export const detailsOfFailed = (next: PlannedStep, { code, sentence }: StepRefusal): string =>
  `Failed at \`${next.step}\`.\n\n**${code}**: ${sentence}\n\n${whatToDo('failed', next.runbookUrl).trim()}`;
