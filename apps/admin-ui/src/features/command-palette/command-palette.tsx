import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { strings } from '../../strings.ts';
import classes from './command-palette.module.css';
import { moved } from './commands.ts';
import type { Command } from './commands.ts';
import { useCommands } from './use-commands.ts';

const text = strings.palette;
const DEBOUNCE_MS = 150;
const GROUPS = ['actions', 'pages', 'credentials'] as const;

type ListProps = {
  readonly id: string;
  readonly commands: readonly Command[];
  readonly active: number;
  readonly onHover: (index: number) => void;
  readonly onRun: (command: Command) => void;
};

/** Options of a listbox, by group. The focus stays in the input, which names the active one. */
const Options = ({ id, commands, active, onHover, onRun }: ListProps) => (
  <div id={id} role="listbox" aria-label={text.title} className={classes['list']}>
    {GROUPS.map((group) => {
      const members = commands.flatMap((command, index) => (command.group === group ? [{ command, index }] : []));
      return members.length === 0 ? null : (
        <div key={group} role="group" aria-label={text.groups[group]}>
          <div className={classes['group']} aria-hidden>
            {text.groups[group]}
          </div>
          {members.map(({ command, index }) => (
            // The keyboard is the input's, as the pattern of a combobox has it.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={command.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={classes['option']}
              onMouseMove={() => onHover(index)}
              onClick={() => onRun(command)}
              ref={index === active ? (option) => option?.scrollIntoView({ block: 'nearest' }) : undefined}
            >
              <span className={classes['label']}>{command.label}</span>
              {command.hint !== undefined && <span className="kt-sub">{command.hint}</span>}
            </div>
          ))}
        </div>
      );
    })}
  </div>
);

const Palette = ({ onRun }: { readonly onRun: (command: Command) => void }) => {
  const [typed, setTyped] = useState('');
  const [searched] = useDebouncedValue(typed.trim(), DEBOUNCE_MS);
  const [active, setActive] = useState(0);
  const { commands, isSearching, hasFailed } = useCommands(typed.trim(), searched);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []); // at once, so that no key is lost that is pressed behind the shortcut
  const at = Math.min(active, Math.max(0, commands.length - 1));
  const press = (event: KeyboardEvent): void => {
    const command = commands[at];
    if (!['Enter', 'ArrowDown', 'ArrowUp'].includes(event.key)) return;
    event.preventDefault(); // or Enter would also press the button that gets the focus back
    if (event.key !== 'Enter') setActive(moved(at, event.key, commands.length));
    else if (command !== undefined) onRun(command);
  };
  const isEmpty = commands.length === 0;
  return (
    <>
      <div className={classes['search']}>
        <IconSearch size={18} aria-hidden />
        <input
          ref={input}
          role="combobox"
          aria-label={text.title}
          aria-expanded={!isEmpty}
          aria-autocomplete="list"
          {...(isEmpty ? {} : { 'aria-controls': list, 'aria-activedescendant': `${list}-${at}` })}
          placeholder={text.placeholder}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={press}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      </div>
      {!isEmpty && <Options id={list} commands={commands} active={at} onHover={setActive} onRun={onRun} />}
      <p className={`kt-dim ${isEmpty || isSearching || hasFailed ? classes['state'] : 'kt-hidden'}`} role="status">
        {isSearching ? text.searching : hasFailed ? text.failed : isEmpty ? text.nothing : text.results(commands.length)}
      </p>
    </>
  );
};

type Props = { readonly opened: boolean; readonly onClose: () => void };

/** Goes to pages and credentials by their names, and does what the present page offers. */
export const CommandPalette = ({ opened, onClose }: Props) => {
  const run = (command: Command): void => {
    onClose();
    setTimeout(command.run); // once the focus is back: from there a dialog that it opens takes it, and gives it back
  };
  return (
    // Whoever opens it gives the focus back: when the library looks for it, the input above has it already.
    <Modal.Root opened={opened} onClose={onClose} size="lg" yOffset="12vh" returnFocus={false} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={text.title} radius="lg">
        <Modal.Body p={0}>{opened && <Palette onRun={run} />}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
};
