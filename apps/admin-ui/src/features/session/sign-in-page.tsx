import { Button } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { ColorSchemeToggle } from '../../shared/layout/color-scheme-toggle.tsx';
import { Logo } from '../../shared/layout/logo.tsx';
import { strings } from '../../strings.ts';
import classes from './sign-in-page.module.css';

/** Stands in place of any page while nobody is signed in, so that its address survives the way through the identity provider. */
export const SignInPage = () => {
  const { href } = useLocation();
  return (
    <main className={classes['page']}>
      <div className={classes['corner']}>
        <ColorSchemeToggle />
      </div>
      <section className={`kt-card ${classes['card']}`}>
        <div className={classes['logo']}>
          <Logo size={56} />
        </div>
        <h1 className={classes['title']}>{strings.signIn.title}</h1>
        <p className={classes['lead']}>{strings.signIn.lead}</p>
        <Button component="a" href={`/auth/login?return_to=${encodeURIComponent(href)}`} size="md" fullWidth>
          {strings.signIn.button}
        </Button>
        <p className={classes['hint']}>{strings.signIn.hint}</p>
      </section>
    </main>
  );
};
