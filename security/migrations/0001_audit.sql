-- The access log: append-only, by months. An event, and beside it the cases it showed: one row for all with the same relation and
-- panels, so that a list of 25 cases is one row (ADR 28).
CREATE TABLE security_event (
  id bigint GENERATED ALWAYS AS IDENTITY,
  uuid uuid NOT NULL,
  "timestamp" timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  encoding smallint NOT NULL DEFAULT 1,
  verb text NOT NULL,
  decision text NOT NULL DEFAULT 'allowed',
  rule text NOT NULL DEFAULT '',
  purpose text NOT NULL DEFAULT '',
  actor_id uuid,
  position_id uuid,
  role text NOT NULL DEFAULT '',
  office_id uuid,
  relation text NOT NULL DEFAULT '',
  case_id uuid,
  scope_kind text NOT NULL DEFAULT '',
  scope_id uuid,
  request_id uuid,
  panels text[] NOT NULL DEFAULT '{}',
  fields text[] NOT NULL DEFAULT '{}',
  detail text NOT NULL DEFAULT '',
  content_type_id integer,
  object_pk varchar(255) NOT NULL DEFAULT '',
  action smallint NOT NULL DEFAULT 3 CHECK (action >= 0),
  changes jsonb,
  remote_addr inet,
  PRIMARY KEY (id, "timestamp")
) PARTITION BY RANGE ("timestamp");
CREATE INDEX security_event_uuid ON security_event (uuid);
CREATE INDEX security_event_actor ON security_event (actor_id, "timestamp" DESC);
CREATE INDEX security_event_case ON security_event (case_id, "timestamp" DESC);
-- A child's record and a key belong to no single case: their changes are found by the owner of the key.
CREATE INDEX security_event_scope ON security_event (scope_id, "timestamp" DESC) WHERE scope_kind IN ('child', 'key');
-- The changes of one row, newest first: what it must be like now (wall.unlike_record).
CREATE INDEX security_event_row ON security_event (content_type_id, object_pk, id DESC) WHERE action < 3;
-- With the case, so that a reviewer of few cases reads none of the other rows.
CREATE INDEX security_event_denied ON security_event ("timestamp" DESC, id DESC, case_id) WHERE decision = 'denied';
CREATE TABLE security_event_default PARTITION OF security_event DEFAULT;

CREATE TABLE security_casetrace (
  id bigint GENERATED ALWAYS AS IDENTITY,
  event_uuid uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  case_ids uuid[] NOT NULL CHECK (cardinality(case_ids) > 0),
  relation text NOT NULL,
  verb text NOT NULL,
  decision text NOT NULL DEFAULT 'allowed',
  actor_id uuid,
  position_id uuid,
  role text NOT NULL DEFAULT '',
  office_id uuid,
  panels text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
-- What waits to be sorted into the index is read with every page, so it stays small.
CREATE INDEX security_casetrace_cases ON security_casetrace USING gin (case_ids) WITH (gin_pending_list_limit = 256);
-- Rows come in the order of time and are never touched: a few pages of BRIN find the last days.
CREATE INDEX security_casetrace_at ON security_casetrace USING brin (at);
CREATE INDEX security_casetrace_actor ON security_casetrace (actor_id, at DESC, id DESC);
-- One look in a hundred is by somebody outside the team: what a home page lists.
CREATE INDEX security_casetrace_outside ON security_casetrace (at DESC, id DESC)
  WHERE relation NOT IN ('lead', 'member', 'line') AND verb <> 'AUDIT_VIEW';
CREATE TABLE security_casetrace_default PARTITION OF security_casetrace DEFAULT;

-- One month's partitions; called by the owner only, months ahead (a row in a DEFAULT partition would block its month).
CREATE FUNCTION public.make_access_log_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  name text;
  given text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['security_event', 'security_casetrace'] LOOP
    name := parent || '_' || to_char(month, 'YYYYMM');
    IF to_regclass('public.' || name) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                     name, parent, date_trunc('month', month), date_trunc('month', month) + interval '1 month');
      -- Whoever may reach the default part may reach this one: a dump reads each part, the application goes through the parent.
      FOR given IN SELECT format('GRANT %s ON public.%I TO %s', a.privilege_type, name, a.grantee::regrole)
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
        WHERE c.oid = to_regclass('public.' || parent || '_default') AND a.grantee <> c.relowner
      LOOP
        EXECUTE given;
      END LOOP;
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION public.make_access_log_month(date) FROM PUBLIC;
SELECT public.make_access_log_month((date_trunc('month', now()) + make_interval(months => m))::date) FROM generate_series(-1, 3) m;
