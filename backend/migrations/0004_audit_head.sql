-- How far each audit chain has come: its last entry's position and hash, signed by the installation
-- (Source: ALL-1). An empty signature: appended to last before heads were signed.
create table audit_head (
  chain text primary key,
  position bigint not null,
  hash text not null,
  signature text not null
);
insert into audit_head (chain, position, hash, signature)
  select s.day, s.value, coalesce((select a.hash from audit_entry a
  where a.chain = s.day and a.position = s.value), ''), ''
  from number_series s where s.series = 'audit';
delete from number_series where series = 'audit';
