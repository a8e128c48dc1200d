import type { Actor } from '@keyturn/contracts';

/** Whom a timeline names: people by name, everybody else by id. */
export const whoIs = (actor: Actor): string => {
  switch (actor.kind) {
    case 'person':
      return actor.name ?? actor.id;
    case 'program':
      return `program ${actor.name ?? actor.id}`;
    case 'consumer':
      return actor.id;
    case 'service':
      return actor.id;
  }
};
