CREATE SCHEMA IF NOT EXISTS wall;
-- One row for each sign-in. The token is the SHA-256 of a keyed hash of the session key, so neither a dump of this table
-- nor one of the session store lets anybody act as a colleague.
CREATE TABLE wall.identity (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  token bytea NOT NULL UNIQUE,
  staff_id uuid NOT NULL,
  position_id uuid,
  minted_at timestamptz NOT NULL DEFAULT now(),
  idle interval NOT NULL,
  idle_until timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  ended_at timestamptz,
  client text NOT NULL DEFAULT ''
);
CREATE INDEX identity_staff ON wall.identity (staff_id, ended_at);
-- Ids of child records that a position is about to write; a row goes when the record comes.
CREATE TABLE wall.handed_out (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  position_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX handed_out_position ON wall.handed_out (position_id);
-- What stood when the walls were raised last, and by which code: the check at every start compares with it.
CREATE TABLE wall.raised (
  thing text PRIMARY KEY,
  state text NOT NULL,
  of_code boolean NOT NULL DEFAULT false
);
