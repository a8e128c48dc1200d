import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { rowsOf } from './grant-rows.ts';
import type { GrantRow } from './grant-rows.ts';
import classes from './registered-consumers.module.css';
import type { RegisteredConsumer } from '@keyturn/contracts/queries';

const { actions: names } = registeredConsumersWords;

export const ActionWords = ({ actions }: Pick<GrantRow, 'actions'>) => (
  <span className={classes['words']}>
    {actions.map((action) => (
      <span key={action} className={classes['word']} data-tone={action === 'read' ? 'busy' : 'idle'} title={names[action].hint}>
        {names[action].name}
      </span>
    ))}
  </span>
);

/** What a consumer may do, a pattern a line. */
export const GrantList = ({ grants }: Pick<RegisteredConsumer, 'grants'>) =>
  grants.length === 0 ? (
    <span className="kt-dim">{registeredConsumersWords.noGrants}</span>
  ) : (
    <ul className={classes['list']}>
      {rowsOf(grants).map(({ pattern, actions }) => (
        <li key={pattern}>
          <span className="kt-mono">{pattern}</span> <ActionWords actions={actions} />
        </li>
      ))}
    </ul>
  );
