-- The application's role reads and writes rows and owns nothing: it makes no table, not even a temporary one that would
-- hide another, undoes no guard of the audit trail, and removes nothing that the guards keep. The owner's role migrates.
-- Before the first migrate and after each one (doing it again changes nothing), as the server's superuser: deploy/grants
\if :{?application}
\else
    \set application bao_cao
    \set owner bao_cao_owner
\endif

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO :"application";
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"application";

-- The tables of now, and those of later migrations.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"application";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"application";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"application";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"application";

-- What is never rewritten. UPDATE stays, as the seal's lock and the queue's mark need it: there the triggers refuse.
SELECT DISTINCT format('REVOKE DELETE ON %s FROM %I', tgrelid::regclass, :'application')
  FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = 'workflow_refuse_rewriting'
\gexec
-- Which tables there are is the owner's to say.
SELECT format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', :'application')
 WHERE to_regclass('django_migrations') IS NOT NULL
\gexec
