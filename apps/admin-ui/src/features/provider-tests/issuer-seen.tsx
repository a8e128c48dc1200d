import type { TestView } from '@keyturn/contracts/api';
import { Sub } from '../../shared/state/data-table.tsx';
import { Statement } from '../../shared/state/statement.tsx';
import { providerTests } from '../../strings-audit.ts';

const text = providerTests.issuer;

/** What a test saw of the issuer: what it lacks, and how that is mended. */
export const IssuerSeen = ({ issuer: { lacks, unable } }: { readonly issuer: NonNullable<TestView['issuer']> }) => {
  if (unable !== undefined) return <Sub>{text.unable(unable)}</Sub>;
  const mayRotate = lacks.every(({ needed }) => needed !== 'rotation');
  return (
    <>
      <Sub>{mayRotate ? text.may : text.mayNot}</Sub>
      {lacks.map(({ code, needed, sentence, statement }) => (
        <Sub key={`${code}/${sentence}`}>
          {text.needed[needed]}: {sentence}
          {statement !== undefined && <Statement statement={statement} />}
        </Sub>
      ))}
    </>
  );
};
