import type { TestView } from '@keyturn/contracts/api';
import { Sub } from '../../shared/state/data-table.tsx';
import { Statement } from '../../shared/state/statement.tsx';
import { providerTests } from '../../strings-audit.ts';

const text = providerTests.issuer;

/** What a test saw of the issuer: what it lacks, how that is mended, and what can't be seen. */
export const IssuerSeen = ({ issuer: { lacks, unseen, unable } }: { readonly issuer: NonNullable<TestView['issuer']> }) => {
  if (unable !== undefined) return <Sub>{text.unable(unable)}</Sub>;
  const isLacking = lacks.some(({ needed }) => needed === 'rotation');
  return (
    <>
      <Sub>{isLacking ? text.lacking : text.nothing}</Sub>
      {lacks.map(({ code, needed, sentence, statement }) => (
        <Sub key={`${code}/${sentence}`}>
          {text.needed[needed]}: {sentence}
          {statement !== undefined && <Statement statement={statement} />}
        </Sub>
      ))}
      {unseen !== undefined && <Sub>{text.unseen(unseen)}</Sub>}
    </>
  );
};
