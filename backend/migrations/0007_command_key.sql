-- What commands were done under which keys, so that one that is sent again is done once (Source: ALL-5).
-- Only a hash of the key stands here, and the answer can be read only with the key itself.
create table command_key (
  account_id text not null references account (id),
  key_hash text not null,
  print text not null,
  answer text not null,
  created_at bigint not null,
  primary key (account_id, key_hash)
);
create index command_key_created on command_key (created_at);
