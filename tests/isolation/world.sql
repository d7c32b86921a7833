-- The world of the isolation tests, in the test's own database: kept states that can be put back, and what is looked at afterwards.
-- A superuser makes these functions; the sessions themselves are ordinary logins of the application.
CREATE SCHEMA test;
GRANT USAGE ON SCHEMA test TO runtime;

-- Keep the present rows of every table of cases, referrals, notices and the outbox under the name ``state``.
CREATE FUNCTION test.keep(state text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  EXECUTE format('CREATE SCHEMA %I', state);
  FOR name IN SELECT tablename FROM pg_tables
              WHERE schemaname = 'public' AND tablename ~ '^(cases_|referrals_|agencies_notice$|security_outbox$)' LOOP
    EXECUTE format('CREATE TABLE %I.%I AS SELECT * FROM public.%I', state, name, name);
  END LOOP;
END $$;

-- Put a kept state back. No trigger fires and nothing is recorded: it is as if the steps had never been taken.
CREATE FUNCTION test.begin_again(state text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET session_replication_role = replica AS $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = state LOOP
    EXECUTE format('DELETE FROM public.%I', name);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM %I.%I', name, state, name);
  END LOOP;
END $$;

-- Time passes: the confirmation's last day lies behind. Where another session holds the row it does not, and the step says so.
CREATE FUNCTION test.run_out(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET session_replication_role = replica AS $$
BEGIN
  PERFORM FROM public.referrals_intention i WHERE i.id = which FOR NO KEY UPDATE NOWAIT;
  UPDATE public.referrals_intention SET valid_until = now() - interval '1 second' WHERE id = which;
END $$;

-- The worker's housekeeping.
CREATE FUNCTION test.keep_house() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM wall.close_expired();
END $$;

-- Whatever was sent is given to the officer who then tries to read it.
CREATE FUNCTION test.assign() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.referrals_assignment (id, disclosure_id, position_id, assigned_by_id, assigned_at)
  SELECT gen_random_uuid(), e.disclosure_id, wall.my_position(), wall.my_position(), now() FROM public.referrals_envelope e
  WHERE NOT EXISTS (SELECT 1 FROM public.referrals_assignment a WHERE a.disclosure_id = e.disclosure_id);
END $$;

-- What must never be, in whatever order the sessions acted.
CREATE FUNCTION test.broken() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $$
  SELECT 'an open disclosure rests on nothing' FROM public.referrals_disclosure d
  WHERE d.ended_at IS NULL AND NOT wall.basis_holds(d)
  UNION ALL SELECT 'a withdrawal is not written on its confirmation' FROM public.referrals_withdrawal w
  JOIN public.referrals_intention i ON i.id = w.intention_id WHERE i.withdrawn_at IS NULL
  UNION ALL SELECT 'a confirmation is withdrawn without its row' FROM public.referrals_intention i
  WHERE i.withdrawn_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = i.id)
  UNION ALL SELECT 'two answers hold at once' FROM public.referrals_intention i
  WHERE i.superseded_at IS NULL AND i.withdrawn_at IS NULL GROUP BY i.case_id, i.recipient_id, i.purpose HAVING count(*) > 1
  UNION ALL SELECT 'a disclosure is sent without an envelope, or an envelope without being sent' FROM public.referrals_disclosure d
  FULL JOIN public.referrals_envelope e ON e.disclosure_id = d.id WHERE (d.sent_at IS NULL) <> (e.id IS NULL)
  UNION ALL SELECT 'an ended disclosure does not say how' FROM public.referrals_disclosure d
  WHERE (d.ended_at IS NULL) <> (d.ending = '')
  UNION ALL SELECT 'a case has nobody in charge' FROM public.cases_case c
  WHERE NOT EXISTS (SELECT 1 FROM public.cases_grant g
                    WHERE g.case_id = c.id AND g.relation = 'lead' AND g.ended_at IS NULL)
  UNION ALL SELECT 'a glass is broken in silence' FROM public.cases_grant g
  WHERE g.relation = 'glass' AND (g.reason IS NULL OR NOT EXISTS (
    SELECT 1 FROM public.agencies_notice n WHERE n.kind = 'glass_broken' AND n.path = '/cases/' || g.case_id || '/'))
  UNION ALL SELECT 'a case is closed without its decision, or decided and open' FROM public.cases_case c
  WHERE (c.stage = 'closed') <> EXISTS (SELECT 1 FROM public.cases_closingdecision k WHERE k.case_id = c.id AND k.approved)
  UNION ALL SELECT 'a notice has no mail' FROM public.agencies_notice n
  WHERE NOT EXISTS (SELECT 1 FROM public.security_outbox o WHERE o.id = n.id)
  UNION ALL SELECT 'two custodies of one child overlap' FROM public.cases_custodydecision a
  JOIN public.cases_case x ON x.id = a.case_id JOIN public.cases_case y ON y.child_id = x.child_id
  JOIN public.cases_custodydecision b ON b.case_id = y.id AND b.id > a.id
  WHERE a.kind = 'start' AND b.kind = 'start' AND (a.approved OR (a.is_oral AND a.approved IS NULL))
    AND (b.approved OR (b.is_oral AND b.approved IS NULL))
    AND tstzrange(a.effective_at, a.ended_at) && tstzrange(b.effective_at, b.ended_at)
  UNION ALL SELECT 'custody ends before it begins' FROM public.cases_custodydecision d
  WHERE d.kind = 'start' AND d.ended_at < d.effective_at
  UNION ALL SELECT 'the term of a custody runs that is over' FROM public.cases_clock k
  WHERE k.kind = 'custody_end' AND k.met_at IS NULL AND k.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM public.cases_custodydecision d WHERE d.case_id = k.case_id AND d.kind = 'start' AND d.ended_at IS NULL)
  UNION ALL SELECT 'a limit was met and has ended' FROM public.cases_clock k WHERE k.met_at IS NOT NULL AND k.ended_at IS NOT NULL
  UNION ALL SELECT 'a limit runs from a moment at which no custody began' FROM public.cases_clock k
  WHERE k.kind = 'warrant' AND k.met_at IS NULL AND k.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM public.cases_custodydecision d WHERE d.case_id = k.case_id AND d.kind = 'start' AND d.effective_at = k.started_at)
  UNION ALL SELECT 'two limits of one kind run' FROM public.cases_clock k
  WHERE k.met_at IS NULL AND k.ended_at IS NULL GROUP BY k.case_id, k.kind HAVING count(*) > 1
  UNION ALL SELECT 'a request is handed in that met no limit' FROM public.cases_warrantrequest r
  WHERE NOT EXISTS (SELECT 1 FROM public.cases_clock k WHERE k.case_id = r.case_id AND k.kind = 'warrant' AND k.met_at = r.requested_at)
  UNION ALL SELECT 'a child is moved outside its custody' FROM public.cases_placechange m
  JOIN public.cases_custodydecision d ON d.id = m.start_id
  WHERE m.approved AND (m.moved_at < d.effective_at OR m.moved_at >= coalesce(d.ended_at, 'infinity'))
  UNION ALL SELECT 'custody was continued and its next term does not run' FROM public.cases_continuing c
  WHERE c.approved AND NOT EXISTS (
    SELECT 1 FROM public.cases_clock k WHERE k.case_id = c.case_id AND k.kind = 'custody_end' AND k.started_at = c.starts_at)
  UNION ALL SELECT 'the limit of a reversal runs after custody' FROM public.cases_clock k
  WHERE k.kind = 'warrant_review' AND k.met_at IS NULL AND k.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM public.cases_custodydecision d WHERE d.case_id = k.case_id AND d.kind = 'start' AND d.ended_at IS NULL)
  UNION ALL SELECT 'the limit of a reversal runs, and it was asked for' FROM public.cases_clock k
  JOIN public.cases_warrantstep s ON s.case_id = k.case_id AND s.kind = 'review_asked' AND s.struck_at IS NULL
  WHERE k.kind = 'warrant_review' AND k.met_at IS NULL AND k.ended_at IS NULL AND s.happened_at >= k.started_at
  UNION ALL SELECT 'a request was rejected during custody, and no limit of its reversal began' FROM public.cases_warrantstep s
  JOIN public.cases_warrantrequest r ON r.id = s.request_id JOIN public.cases_custodydecision d ON d.id = r.decision_id
  WHERE s.kind = 'rejected' AND s.struck_at IS NULL AND d.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM public.cases_clock k WHERE k.case_id = s.case_id AND k.kind = 'warrant_review' AND k.started_at = s.happened_at)
  UNION ALL SELECT 'two steps of a warrant follow the same one' FROM public.cases_warrantstep s
  WHERE s.struck_at IS NULL GROUP BY s.request_id, s.follows_id HAVING count(*) > 1
  UNION ALL SELECT 'the limit of the warrant runs, and custody was over within it' FROM public.cases_clock k
  JOIN public.cases_custodydecision d ON d.case_id = k.case_id AND d.kind = 'start' AND d.effective_at = k.started_at
  WHERE k.kind = 'warrant' AND k.met_at IS NULL AND k.ended_at IS NULL AND d.ended_at <= k.due_at
  UNION ALL SELECT 'custody lasts, and no term of it runs' FROM public.cases_custodydecision d
  WHERE d.kind = 'start' AND d.ended_at IS NULL AND d.approved AND NOT EXISTS (
    SELECT 1 FROM public.cases_clock k
    WHERE k.case_id = d.case_id AND k.kind = 'custody_end' AND k.met_at IS NULL AND k.ended_at IS NULL)
$$;

-- Whether the disclosures that somebody could read rest on a word that has ended.
CREATE FUNCTION test.rests_on_nothing() RETURNS boolean LANGUAGE sql SECURITY DEFINER AS $$
  SELECT coalesce(bool_and(NOT wall.basis_holds(d)), true) FROM public.referrals_disclosure d
$$;

-- Which limits run, and until when the term of custody does.
CREATE FUNCTION test.timed() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $$
  SELECT format('%s_runs %s', k.kind, count(*)) FROM public.cases_clock k
  WHERE k.met_at IS NULL AND k.ended_at IS NULL GROUP BY k.kind
  UNION ALL SELECT 'term_until ' || extract(epoch FROM date_trunc('second', k.due_at))::bigint FROM public.cases_clock k
  WHERE k.kind = 'custody_end' AND k.met_at IS NULL AND k.ended_at IS NULL
$$;

-- The account after an order: facts begin with =, violations with !.
CREATE FUNCTION test.account(officer text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  readable integer;
BEGIN
  PERFORM set_config('tomoshibi.session', officer, true);
  PERFORM test.assign();
  SELECT count(*) INTO readable FROM public.referrals_packageitem;
  RETURN NEXT '= readable ' || readable;
  IF readable > 0 AND test.rests_on_nothing() THEN
    RETURN NEXT '! the package is read on a word that has ended';
  END IF;
  RETURN QUERY SELECT '= ' || timed.what FROM test.timed() AS timed (what);
  PERFORM test.keep_house();
  RETURN QUERY SELECT '! ' || broken.what FROM test.broken() AS broken (what);
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA test TO runtime;
