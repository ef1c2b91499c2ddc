-- What is searched holds no hidden fields any more, and samples are found by what they refer to: all
-- records are indexed anew in the background, one job for each app.
insert into job (id, kind, subject, state, run_at, lease_until, fence, attempts, reason, created_at)
select a.id, 'record_index', a.id, 'waiting', 0, 0, 0, 0, '', a.created_at from application a
where exists (select 1 from record r where r.application_id = a.id)
on conflict (id) do update
set state = 'waiting', run_at = 0, lease_until = 0, attempts = 0, reason = '';
