import { instructionsFor } from '@keyturn/contracts';
import { typeViews } from '@keyturn/contracts/credential-types';
import type { CredentialTypeView } from '@keyturn/contracts/credential-types';
import { Anchor } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { TypeMark } from '../../shared/state/mark.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { settings as settingsWords } from '../../strings-settings.ts';
import classes from './settings.module.css';

const text = settingsWords.providers;
const and = new Intl.ListFormat('en', { type: 'conjunction' });

const Out = ({ href, children }: { readonly href: string; readonly children: string }) => (
  <Anchor href={href} target="_blank" rel="noreferrer" size="sm" className={classes['out'] ?? ''}>
    {children}
    <IconExternalLink size={14} aria-hidden />
  </Anchor>
);

/** What a person does at the provider's site where Keyturn can't. */
const Steps = ({ type }: Pick<CredentialTypeView, 'type'>) => {
  const { make, remove } = instructionsFor(type, {});
  const parts = [
    { title: text.make, steps: make },
    { title: text.remove, steps: remove },
  ];
  return (
    <details className={classes['steps']}>
      <summary>{text.steps}</summary>
      {parts.map(({ title, steps }) => (
        <div key={title}>
          <h4>{title}</h4>
          <ol>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </div>
      ))}
    </details>
  );
};

const Provider = ({ view }: { readonly view: CredentialTypeView }) => {
  const { type, title, lead, provider, tested, strategies, fields, docsUrl } = view;
  const needed = fields.filter(({ neededToRotate }) => neededToRotate).map(({ label }) => label);
  const site = instructionsFor(type, {});
  return (
    <li className={classes['provider']} aria-label={title}>
      <div className={classes['providerHead']}>
        <TypeMark type={type} size="small" />
        <h3>{title}</h3>
        <StatusBadge tone={tested ? 'good' : 'idle'}>{tested ? text.tested : text.untested}</StatusBadge>
      </div>
      <p className="kt-sub">
        {provider ?? text.anyProvider} · {lead}
      </p>
      <ul className={classes['strategies']}>
        {strategies.map((strategy) => (
          <li key={strategy}>
            <strong>{text.strategies[strategy].name}</strong> <span className="kt-dim">{text.strategies[strategy].detail}</span>
          </li>
        ))}
        {needed.length > 0 && <li className="kt-dim">{text.needed(and.format(needed))}</li>}
      </ul>
      {strategies.includes('assisted') && <Steps type={type} />}
      <div className={classes['links']}>
        <Link to="/admin/system/credentials" search={{ type }} className="kt-link">
          {text.see}
        </Link>
        {site.url !== null && <Out href={site.url}>{text.site(site.site)}</Out>}
        {docsUrl !== null && <Out href={docsUrl}>{text.docs}</Out>}
      </div>
    </li>
  );
};

/** The types of credential: who makes their values, whether they are tested, and what a person does. */
export const ProviderList = () => (
  <section className={`kt-card ${classes['panel']}`} aria-label={text.title}>
    <h2 className={classes['title']}>{text.title}</h2>
    <p className="kt-sub">{text.hint}</p>
    <ul className={classes['providers']}>
      {typeViews().map((view) => (
        <Provider key={view.type} view={view} />
      ))}
    </ul>
  </section>
);
