const UNITS = [
  { unit: 'gigabyte', bytes: 1e9 },
  { unit: 'megabyte', bytes: 1e6 },
  { unit: 'kilobyte', bytes: 1e3 },
] as const;

/** `412 byte`, `3.1 kB`, `73 MB`: two figures that matter. */
export const formatBytes = (bytes: number, locale?: string): string => {
  const { unit, bytes: size } = UNITS.find((known) => bytes >= known.bytes) ?? { unit: 'byte', bytes: 1 };
  const count = bytes / size;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: count < 10 ? 1 : 0 }).format(count);
};
