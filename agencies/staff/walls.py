"""Who the calling identity is, in the terms of people and positions; no login writes the positions of its own person."""

from agencies.directory.walls import ADMINISTRATOR, GATE_READS
from agencies.staff.roles import CONFIRMED_ROLES
from security.walls.declare import DECIDED, SIGNED_IN, Policy, Table

OTHERS_STAFF = f"{ADMINISTRATOR} AND id <> (SELECT wall.my_staff())"
OTHERS_POST = f"{ADMINISTRATOR} AND staff_id <> (SELECT wall.my_staff())"
CONFIRMER = f"{SIGNED_IN} AND (SELECT wall.my_role()) IN ('director', 'privacy_officer')"
TO_CONFIRM = f"({CONFIRMER} AND confirmed_at IS NULL AND refused_at IS NULL AND wall.may_confirm(id))"
CONFIRMED = ", ".join(f"'{role.value}'" for role in sorted(CONFIRMED_ROLES))
OWN_DELEGATION = (
    "(SELECT wall.my_role()) IN ('director', 'supervisor') AND office_id = (SELECT wall.my_office())"
)

# The signatures of every two-person act, kept by the trigger that signs it (wall.sign_act).
DRAFTED = (
    "drafted_at",
    "drafted_by_id",
    "drafted_person_id",
    "decided_at",
    "decided_by_id",
    "decided_person_id",
)

TABLES = (
    Table(
        "agencies_staff",
        {
            "runtime": "SELECT, INSERT, UPDATE (name, kana, email, is_active, credential_stamp)",
            "gate": "SELECT",
        },
        (
            Policy("SELECT", using=SIGNED_IN),
            Policy("INSERT", check=OTHERS_STAFF),
            Policy("UPDATE", using=OTHERS_STAFF, check=OTHERS_STAFF),
            GATE_READS,
        ),
    ),
    Table(
        "agencies_position",
        {
            "runtime": "SELECT, INSERT, UPDATE (ends_on, left_behind, decided_by_id, confirmed_at, refused_at, refusal)",
            "gate": "SELECT",
        },
        (
            Policy("SELECT", using=SIGNED_IN),
            Policy("INSERT", check=OTHERS_POST),
            Policy("UPDATE", using=OTHERS_POST, check=OTHERS_POST),
            Policy("UPDATE", using=TO_CONFIRM, check=f"{CONFIRMER} AND staff_id <> (SELECT wall.my_staff())"),
            GATE_READS,
        ),
    ),
    Table(
        "agencies_credential",
        {"gate": "SELECT"},
        (Policy("SELECT", using="true", role="gate"),),
        unrecorded="a password hash has no place in the access log; the change of agencies_staff.credential_stamp is recorded",
    ),
    Table(
        "agencies_delegation",
        {"runtime": f"SELECT, INSERT, UPDATE (ended_at, {DECIDED})"},
        (
            Policy("SELECT", using="office_id = (SELECT wall.my_office())"),
            Policy("INSERT", check=OWN_DELEGATION),
            Policy("UPDATE", using=OWN_DELEGATION, check=OWN_DELEGATION),
        ),
    ),
)

FUNCTIONS = f"""
-- The positions that are held today, of people whose account is in use: the next request after a change already sees it.
CREATE OR REPLACE FUNCTION wall.position_holds(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.agencies_position p JOIN public.agencies_staff s ON s.id = p.staff_id
                 WHERE p.id = which AND s.is_active AND p.starts_on <= wall.today()
                   AND (p.ends_on IS NULL OR p.ends_on >= wall.today())
                   AND (p.confirmed_at IS NOT NULL OR p.role NOT IN ({CONFIRMED})))
$$;

CREATE OR REPLACE FUNCTION wall.my_staff() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.id FROM wall.my_identity() i JOIN public.agencies_staff s ON s.id = i.staff_id WHERE s.is_active
$$;

CREATE OR REPLACE FUNCTION wall.my_position() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id FROM wall.my_identity() i JOIN public.agencies_position p ON p.id = i.position_id AND p.staff_id = i.staff_id
  WHERE wall.position_holds(p.id)
$$;

CREATE OR REPLACE FUNCTION wall.my_office() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT p.office_id FROM public.agencies_position p WHERE p.id = wall.my_position() $$;

CREATE OR REPLACE FUNCTION wall.my_role() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT p.role FROM public.agencies_position p WHERE p.id = wall.my_position() $$;

CREATE OR REPLACE FUNCTION wall.my_office_kind() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT o.kind FROM public.agencies_office o WHERE o.id = wall.my_office() $$;

CREATE OR REPLACE FUNCTION wall.reads_access_log() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT coalesce(wall.my_role() = 'privacy_officer', false) $$;

-- Whether the calling position may decide an act of this office: its director, or a position the director delegated it to; of the acts
-- on a support case of the police, the supervisor of the juvenile support center.
CREATE OR REPLACE FUNCTION wall.may_decide(act text, for_office uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(wall.my_office() = for_office AND (
    wall.my_role() = 'director'
    OR (wall.my_role() = 'police_supervisor' AND act IN ('closing', 'support_designation', 'support_release')
        AND EXISTS (SELECT 1 FROM public.agencies_office o WHERE o.id = for_office AND o.police_desk = 'sc'))
    OR EXISTS (SELECT 1 FROM public.agencies_delegation d
               WHERE d.to_position_id = wall.my_position() AND d.office_id = for_office AND act = ANY(d.acts) AND d.approved AND d.ended_at IS NULL
                 AND d.starts_on <= wall.today() AND d.ends_on >= wall.today() AND wall.position_holds(d.decided_by_id))), false)
$$;

-- Every two-person act is signed by the database in the name of the calling identity and at its
-- own time, so raw SQL cannot sign for a colleague or for another day. The arguments are the power that it takes and, where a
-- supervisor has it too, 'line'; that the case is in that line, the policy of the table has asked.
CREATE OR REPLACE FUNCTION wall.sign_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.drafted_by_id := wall.my_position();
    NEW.drafted_person_id := wall.my_staff();
    NEW.drafted_at := wall.clock();
    IF NEW.decided_at IS NOT NULL THEN
      RAISE EXCEPTION 'a decision is drafted first and decided later' USING ERRCODE = '23514', CONSTRAINT = 'drafted_before_decided';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.drafted_by_id, NEW.drafted_person_id, NEW.drafted_at)
     IS DISTINCT FROM (OLD.drafted_by_id, OLD.drafted_person_id, OLD.drafted_at)
     OR (OLD.decided_at IS NOT NULL AND (NEW.decided_by_id, NEW.decided_person_id, NEW.decided_at, NEW.approved)
         IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_person_id, OLD.decided_at, OLD.approved)) THEN
    RAISE EXCEPTION 'a signed decision cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'signature_stays';
  END IF;
  IF OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL THEN
    NEW.decided_by_id := wall.my_position();
    NEW.decided_person_id := wall.my_staff();
    NEW.decided_at := wall.clock();
    IF NOT wall.may_decide(TG_ARGV[0], wall.my_office())
       AND (TG_ARGV[1] IS DISTINCT FROM 'line' OR wall.my_role() <> 'supervisor') THEN
      RAISE EXCEPTION 'this position may not decide' USING ERRCODE = '23514', CONSTRAINT = 'decider_may_decide';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- Whether the session of this transaction is that of this person in this position: the person and position that the access log
-- records for a look. A session that ended while the page was made counts: what was shown is recorded, in that person's name.
CREATE OR REPLACE FUNCTION wall.looks_as(person uuid, in_position uuid, role_then text, office uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM wall.identity i LEFT JOIN public.agencies_position p ON p.id = in_position AND p.id = i.position_id AND p.staff_id = i.staff_id
    WHERE i.token = sha256(convert_to(nullif(current_setting('tomoshibi.session', true), ''), 'UTF8')) AND i.staff_id = person
      AND least(i.idle_until, i.ends_at, i.ended_at) > statement_timestamp() - interval '1 minute'
      AND (in_position IS NULL OR p.id IS NOT NULL)
      AND coalesce(p.role, '') = role_then AND p.office_id IS NOT DISTINCT FROM office)
$$;

-- Role and office of a change come from the position of the calling identity.
CREATE OR REPLACE FUNCTION wall.stamp_event_position() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT p.role, p.office_id INTO NEW.role, NEW.office_id FROM public.agencies_position p WHERE p.id = NEW.position_id;
  NEW.role := coalesce(NEW.role, '');
  RETURN NEW;
END $$;

-- The sign-in gate alone writes passwords.
CREATE OR REPLACE FUNCTION wall.set_credential(of_staff uuid, hash text, change_first boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_first boolean;
BEGIN
  INSERT INTO public.agencies_credential AS c (staff_id, password, must_change, changed_at)
  VALUES (of_staff, hash, change_first, now())
  ON CONFLICT (staff_id) DO UPDATE SET password = excluded.password, must_change = excluded.must_change, changed_at = now()
  RETURNING xmax = 0 INTO is_first;
  UPDATE public.agencies_staff SET credential_stamp = gen_random_uuid() WHERE id = of_staff;
  IF change_first AND NOT is_first THEN
    PERFORM wall.tell_of_renewal(of_staff);
  END IF;
  -- The calling session continues; its own transaction may hold that row, and the person signs in again anyway.
  UPDATE wall.identity SET ended_at = now()
  WHERE staff_id = of_staff AND ended_at IS NULL AND id IS DISTINCT FROM (SELECT me.id FROM wall.my_identity() me);
END $$;

-- An account out of use: its sessions stay ended when it is taken into use again.
CREATE OR REPLACE FUNCTION wall.end_sessions_of(of_staff uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  UPDATE wall.identity SET ended_at = now() WHERE staff_id = of_staff AND ended_at IS NULL
$$;

-- A stronger hash of the same password (Argon2id parameters changed): no session ends.
CREATE OR REPLACE FUNCTION wall.upgrade_credential(of_staff uuid, hash text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.agencies_credential SET password = hash WHERE staff_id = of_staff
$$;
"""

_IDENTITY = (
    "my_staff()",
    "my_position()",
    "my_office()",
    "my_role()",
    "my_office_kind()",
    "reads_access_log()",
)
CALLERS = {
    "runtime": (*_IDENTITY, "position_holds(uuid)", "may_decide(text, uuid)", "may_confirm(uuid)"),
    "gate": (
        *_IDENTITY,
        "position_holds(uuid)",
        "set_credential(uuid, text, boolean)",
        "upgrade_credential(uuid, text)",
        "end_sessions_of(uuid)",
    ),
    "scribe": ("looks_as(uuid, uuid, text, uuid)",),
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_stamp_position BEFORE INSERT ON security_event
  FOR EACH ROW WHEN (NEW.action < 3) EXECUTE FUNCTION wall.stamp_event_position();
"""
