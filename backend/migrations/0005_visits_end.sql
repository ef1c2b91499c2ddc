-- When a visit of the provider ended, because the customer closed maintenance (Source: APP-5).
alter table maintenance_visit add column ended_at bigint;
-- Sample data is counted on every page of the acceptance, and is little beside the customer's own.
create index record_sample on record (application_id) where sample = 1;
