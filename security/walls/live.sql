-- Each thing of the walls, and everything of it that can be changed. The parts of the access log come and go by month, so those of
-- one table count as one thing. Read by any login (catalogue.py).
WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'wall', 'keys')),
tables AS (SELECT * FROM pg_class WHERE relnamespace IN (TABLE ours)),
things(thing, state) AS (
  SELECT 'schema ' || n.oid::regnamespace, concat_ws(' ', n.nspowner::regrole, ARRAY(SELECT unnest(n.nspacl)::text ORDER BY 1))
  FROM pg_namespace n WHERE n.oid IN (TABLE ours)
  UNION ALL
  SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'S' THEN 'sequence ' ELSE 'table ' END || c.oid::regclass,
         concat_ws(' ', c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
                   c.relacl IS NULL, ARRAY(SELECT unnest(c.relacl)::text ORDER BY 1),
                   (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgenabled <> 'O'),
                   CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END)
  FROM tables c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT c.relispartition
  UNION ALL
  SELECT 'parts of table ' || i.inhparent::regclass,
         string_agg(DISTINCT concat_ws(' ', c.relowner::regrole, c.relrowsecurity, ARRAY(SELECT unnest(c.relacl)::text ORDER BY 1),
           (SELECT string_agg(concat(g.tgname, g.tgenabled), ' ' ORDER BY g.tgname) FROM pg_trigger g WHERE g.tgrelid = c.oid)), ', ')
  FROM tables c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.relispartition AND c.relkind = 'r' GROUP BY i.inhparent
  UNION ALL
  SELECT format('rights on column %s.%I', c.oid::regclass, t.attname), ARRAY(SELECT unnest(t.attacl)::text ORDER BY 1)::text
  FROM tables c JOIN pg_attribute t ON t.attrelid = c.oid WHERE t.attacl <> '{}'
  UNION ALL
  SELECT format('default of %s.%I', c.oid::regclass, t.attname), pg_get_expr(f.adbin, f.adrelid)
  FROM tables c JOIN pg_attrdef f ON f.adrelid = c.oid JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum = f.adnum
  WHERE NOT c.relispartition
  UNION ALL
  SELECT format('constraint %I of %s', k.conname, coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)),
         pg_get_constraintdef(k.oid)
  FROM pg_constraint k WHERE k.connamespace IN (TABLE ours) AND k.coninhcount = 0 AND k.contype <> 'n'
  UNION ALL
  SELECT format('trigger %I on %s', g.tgname, c.oid::regclass), concat(g.tgenabled, ' ', pg_get_triggerdef(g.oid))
  FROM tables c JOIN pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal AND g.tgparentid = 0
  UNION ALL
  SELECT format('policy %I on %s', p.polname, c.oid::regclass),
         concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[], 'USING', pg_get_expr(p.polqual, c.oid),
                   'CHECK', pg_get_expr(p.polwithcheck, c.oid))
  FROM tables c JOIN pg_policy p ON p.polrelid = c.oid
  UNION ALL
  SELECT format('rule %I on %s', r.rulename, c.oid::regclass), pg_get_ruledef(r.oid)
  FROM tables c JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN'
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure,
         concat_ws(' ', p.proowner::regrole, p.proacl IS NULL, ARRAY(SELECT unnest(p.proacl)::text ORDER BY 1),
                   CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END)
  FROM pg_proc p WHERE p.pronamespace IN (TABLE ours)
  UNION ALL
  SELECT 'event trigger ' || quote_ident(e.evtname), concat_ws(' ', e.evtevent, e.evtenabled, e.evtfoid::regprocedure)
  FROM pg_event_trigger e
  UNION ALL
  SELECT format('default rights of %s on %s in %s', d.defaclrole::regrole, d.defaclobjtype, d.defaclnamespace::regnamespace),
         ARRAY(SELECT unnest(d.defaclacl)::text ORDER BY 1)::text
  FROM pg_default_acl d WHERE d.defaclnamespace = 0 OR d.defaclnamespace IN (TABLE ours)
)
SELECT thing, encode(sha256(convert_to(coalesce(state, ''), 'UTF8')), 'hex') FROM things
