import { Anchor, Button, Group, Radio, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { formatBytes } from '../../shared/format-bytes.ts';
import { getFile } from '../../shared/api/request.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { Notice } from '../../shared/state/notice.tsx';
import { now } from '../../shared/time/clock.ts';
import { strings } from '../../strings.ts';
import { exporting as text } from '../../strings-take-away.ts';

const FORMATS = ['json', 'csv'] as const;
type Format = (typeof FORMATS)[number];
type File = { readonly name: string; readonly url: string; readonly bytes: number };

/** By the day, so that several lie beside each other. */
const nameOf = (format: Format): string => `credentials-${new Date(now()).toISOString().slice(0, 10)}.${format}`;

const saveFile = ({ name, url }: File): void => Object.assign(document.createElement('a'), { href: url, download: name }).click();

type Stage =
  | { readonly status: 'asking'; readonly error: unknown }
  | { readonly status: 'reading'; readonly bytes: number }
  | { readonly status: 'done'; readonly file: File };

/** An export from the question to the file, which is given up with what shows it. */
const useExport = () => {
  const [stage, setStage] = useState<Stage>({ status: 'asking', error: null });
  const reading = useRef<AbortController | null>(null);
  const url = stage.status === 'done' ? stage.file.url : null;
  useEffect(() => (url === null ? undefined : () => URL.revokeObjectURL(url)), [url]);
  useEffect(() => () => reading.current?.abort(), []);
  const start = async (format: Format): Promise<void> => {
    const controller = new AbortController();
    reading.current = controller;
    setStage({ status: 'reading', bytes: 0 });
    try {
      const onRead = (bytes: number): void => setStage({ status: 'reading', bytes });
      const blob = await getFile(`/api/v1/admin/credentials/export?format=${format}`, { signal: controller.signal, onRead });
      const file = { name: nameOf(format), url: URL.createObjectURL(blob), bytes: blob.size };
      saveFile(file);
      setStage({ status: 'done', file });
    } catch (error) {
      if (!controller.signal.aborted) setStage({ status: 'asking', error });
    }
  };
  return { stage, start: (format: Format): void => void start(format) };
};

const Done = ({ file, onClose }: { readonly file: File; readonly onClose: () => void }) => (
  <Stack gap="md">
    <Notice tone="good" icon={<IconCircleCheck size={18} />} role="status">
      {text.done(file.name, formatBytes(file.bytes))}
    </Notice>
    <Group justify="space-between">
      <Anchor href={file.url} download={file.name} size="sm">
        {text.again}
      </Anchor>
      <Button variant="default" onClick={onClose} data-autofocus>
        {strings.lifecycle.close}
      </Button>
    </Group>
  </Stack>
);

const Export = ({ onClose }: { readonly onClose: () => void }) => {
  const [format, setFormat] = useState<Format>('csv');
  const { stage, start } = useExport();
  if (stage.status === 'done') return <Done file={stage.file} onClose={onClose} />;
  if (stage.status === 'reading') {
    return (
      <Stack gap="md">
        <Text role="status">{text.reading}</Text>
        <Group justify="space-between">
          <Text size="sm" c="dimmed" className="kt-number" aria-hidden>
            {text.size(formatBytes(stage.bytes))}
          </Text>
          <Button variant="default" onClick={onClose}>
            {text.stop}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start(format);
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {text.lead} {text.recorded}
        </Text>
        <Radio.Group label={text.format} value={format} onChange={(value) => setFormat(FORMATS.find((known) => known === value) ?? 'csv')}>
          <Group mt="xs" gap="xl">
            {FORMATS.map((known) => (
              <Radio key={known} value={known} label={text.formats[known].label} description={text.formats[known].hint} />
            ))}
          </Group>
        </Radio.Group>
        <FormFoot error={stage.error} isPending={false} submit={text.start} onCancel={onClose} />
      </Stack>
    </form>
  );
};

/** Everything that is known of the credentials as a file, from the gateway straight to the disk of whoever asked. */
export const ExportDialog = ({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) => (
  <Dialog opened={opened} onClose={onClose} title={text.title}>
    {opened && <Export onClose={onClose} />}
  </Dialog>
);
