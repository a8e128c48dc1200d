import { Skeleton, Stack } from '@mantine/core';

const LINES = [0, 1, 2, 3, 4, 5, 6, 7];

type Props = { readonly sentence: string; readonly lines?: number; readonly height?: number };

/** The shape of what is coming, and a sentence that says what it is. */
export const LoadingLines = ({ sentence, lines = 5, height = 20 }: Props) => (
  <Stack gap="md" p="lg" role="status">
    <span className="kt-dim">{sentence}</span>
    {LINES.slice(0, lines).map((line) => (
      <Skeleton key={line} height={height} width={`${100 - ((line * 17) % 45)}%`} radius="sm" />
    ))}
  </Stack>
);
