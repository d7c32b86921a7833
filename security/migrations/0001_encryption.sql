-- Wrapped data keys, in a schema of their own: it is dumped apart from the data, else last week's dump brings an erased case back.
CREATE SCHEMA IF NOT EXISTS keys;
CREATE TABLE keys.data_key (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('case', 'child', 'disclosure', 'compartment', 'office')),
  owner_id uuid NOT NULL,
  office_id uuid NOT NULL,
  root_version integer NOT NULL CHECK (root_version > 0),
  wrapped bytea NOT NULL,
  commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz,
  CONSTRAINT one_key_per_owner UNIQUE (kind, owner_id)
);
CREATE INDEX data_key_owner ON keys.data_key (owner_id);
