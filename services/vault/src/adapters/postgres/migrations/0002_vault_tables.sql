-- The inline read model: one row a credential, written in the append's transaction.
CREATE TABLE credentials (
  credential_id   text        NOT NULL PRIMARY KEY,
  address         text        NOT NULL UNIQUE,
  credential_type text        NOT NULL,
  status          text        NOT NULL,
  open_epoch      int,
  generation      int         NOT NULL,
  updated_at      timestamptz NOT NULL,
  body            jsonb       NOT NULL
);
CREATE INDEX credentials_by_prefix ON credentials (address text_pattern_ops);
CREATE INDEX credentials_by_age    ON credentials (updated_at DESC, address);
CREATE INDEX credentials_by_type   ON credentials (credential_type, address);
CREATE INDEX credentials_open      ON credentials (open_epoch) WHERE open_epoch IS NOT NULL;

-- Re-wrapping touches only this table, never history; deleting a row shreds the value.
CREATE TABLE wrapped_deks (
  credential_id text  NOT NULL,
  version       int   NOT NULL,
  kek_id        text  NOT NULL,
  wrapped       bytea NOT NULL,
  PRIMARY KEY (credential_id, version)
);
CREATE INDEX wrapped_deks_by_kek ON wrapped_deks (kek_id);

CREATE TABLE leases (
  consumer     text        NOT NULL,
  instance     text        NOT NULL,
  seq          bigint      NOT NULL,
  last_beat_at timestamptz NOT NULL,
  silent_ms    bigint      NOT NULL DEFAULT 0,
  ended        text,
  started_at   timestamptz NOT NULL,
  PRIMARY KEY (consumer, instance)
);

CREATE TABLE lease_holds (
  consumer      text        NOT NULL,
  instance      text        NOT NULL,
  credential_id text        NOT NULL,
  version       int         NOT NULL,
  generation    int         NOT NULL,
  nonce         text        NOT NULL,
  fetched_seq   bigint      NOT NULL,
  held_since    timestamptz NOT NULL,
  PRIMARY KEY (consumer, instance, credential_id, version),
  FOREIGN KEY (consumer, instance) REFERENCES leases ON DELETE CASCADE
);
CREATE INDEX lease_holds_by_credential ON lease_holds (credential_id);

-- Over which time a replica could itself have recorded beats.
CREATE TABLE listening (
  replica text        NOT NULL PRIMARY KEY,
  since   timestamptz NOT NULL,
  until   timestamptz NOT NULL
);

-- The vault's Ed25519 identity and the HPKE keys of the day; private halves are ciphertext under the KEK.
CREATE TABLE vault_identity (
  singleton       boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (singleton),
  public_key      bytea       NOT NULL,
  kek_id          text        NOT NULL,
  wrapped_private bytea       NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sealing_keys (
  key_id          text        NOT NULL PRIMARY KEY,
  public_key      bytea       NOT NULL,
  kek_id          text        NOT NULL,
  wrapped_private bytea       NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL
);
