-- The whole of a text of which sort_key holds only the beginning, for filters to look into; empty
-- where sort_key holds all of it.
alter table record_index add column whole text not null default '';

-- Records that are there already are indexed anew in the background, one job for each app.
insert into job (id, kind, subject, state, run_at, lease_until, fence, attempts, reason, created_at)
select a.id, 'record_index', a.id, 'waiting', 0, 0, 0, 0, '', a.created_at from application a
where exists (select 1 from record r where r.application_id = a.id);
