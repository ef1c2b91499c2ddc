-- The tables of Fenfa. Types are TEXT and BIGINT only: ids are UUIDs, moments microseconds UTC,
-- truths 0 or 1, states a code beside the JSON of the state's data. BINARY_TEXT is TEXT that sorts by
-- its bytes; the dialect module says how each engine writes that.

create table organisation (
  id text primary key,
  corp_id text not null unique,
  name text not null,
  edition text not null,
  time_zone text not null,
  programme text not null,
  programme_data text not null,
  created_at bigint not null
);

create table account (
  id text primary key,
  login text not null unique,
  name text not null,
  password_hash text not null,
  language text,
  theme text,
  operator bigint not null,
  demo bigint not null,
  created_at bigint not null
);

create table session (
  id text primary key,
  token_hash text not null unique,
  account_id text not null references account (id),
  organisation_id text references organisation (id),
  address text not null,
  agent text not null,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null
);
create index session_account on session (account_id);

create table login_attempt (
  subject text primary key,
  failures bigint not null,
  blocked_until bigint not null,
  last_at bigint not null
);

create table member (
  organisation_id text not null references organisation (id),
  account_id text not null references account (id),
  role text not null,
  joined_at bigint not null,
  primary key (organisation_id, account_id)
);
create index member_account on member (account_id);

create table invitation (
  id text primary key,
  token_hash text not null unique,
  organisation_id text not null references organisation (id),
  role text not null,
  invitee text not null,
  invited_by text not null references account (id),
  created_at bigint not null,
  expires_at bigint not null,
  used_by text references account (id),
  used_at bigint,
  revoked_at bigint
);
create index invitation_organisation on invitation (organisation_id, created_at);

create table file (
  id text primary key,
  organisation_id text references organisation (id),
  area text not null,
  subject text not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  digest text not null,
  uploaded_by text not null references account (id),
  created_at bigint not null
);
create index file_subject on file (area, subject);

create table programme_application (
  id text primary key,
  organisation_id text not null references organisation (id),
  partner_number text not null,
  senior bigint not null,
  proof_file text not null references file (id),
  state text not null,
  state_data text not null,
  submitted_by text not null references account (id),
  submitted_at bigint not null
);
create index programme_application_organisation on programme_application (organisation_id, id);
create index programme_application_state on programme_application (state, id);

-- A draft is the form as typed; its project takes over its id when it is submitted.
create table project_draft (
  id text primary key,
  organisation_id text not null references organisation (id),
  creator text not null references account (id),
  form text not null,
  created_at bigint not null,
  changed_at bigint not null
);
create index project_draft_creator on project_draft (creator, organisation_id, id);

create table project (
  id text primary key,
  number text not null unique,
  organisation_id text not null references organisation (id),
  creator text not null references account (id),
  name text not null,
  description text not null,
  amount bigint not null,
  currency text not null,
  file_id text not null references file (id),
  file_kind text not null,
  expected_on text not null,
  customer_name text not null,
  customer_corp_id text not null,
  contact text not null,
  phone text not null,
  search text not null,
  state text not null,
  state_data text not null,
  submitted_at bigint not null,
  due_at bigint not null,
  changed_at bigint not null,
  revision bigint not null
);
create index project_organisation on project (organisation_id, id);
create index project_organisation_state on project (organisation_id, state, id);
create index project_customer on project (organisation_id, customer_corp_id, id);
create index project_due on project (state, due_at, id);
create index project_state on project (state, id);

create table document (
  digest text primary key,
  kind text not null,
  body text not null
);

create table application (
  id text primary key,
  organisation_id text not null references organisation (id),
  name_zh text not null,
  name_en text not null,
  description text not null,
  icon text not null,
  premium bigint not null,
  state text not null,
  state_data text not null,
  visible bigint not null,
  edit_permission bigint not null,
  origin_order text,
  origin_release text,
  created_by text not null references account (id),
  created_at bigint not null,
  changed_at bigint not null,
  revision bigint not null
);
create index application_organisation on application (organisation_id, created_at, id);
create index application_origin on application (origin_order);

create table application_component (
  application_id text not null references application (id),
  kind text not null,
  key text not null,
  digest text not null references document (digest),
  changed_by text not null references account (id),
  changed_at bigint not null,
  primary key (application_id, kind, key)
);

create table application_import (
  application_id text primary key references application (id),
  report text not null,
  imported_by text not null references account (id),
  imported_at bigint not null
);

create table app_release (
  id text primary key,
  application_id text not null references application (id),
  number bigint not null,
  digest text not null,
  note text not null,
  signature text not null,
  created_by text not null references account (id),
  created_at bigint not null,
  unique (application_id, number)
);

create table app_release_component (
  release_id text not null references app_release (id),
  kind text not null,
  key text not null,
  digest text not null references document (digest),
  primary key (release_id, kind, key)
);

create table component_change (
  id text primary key,
  application_id text not null references application (id),
  kind text not null,
  key text not null,
  before_digest text references document (digest),
  after_digest text references document (digest),
  author text not null references account (id),
  author_organisation text not null references organisation (id),
  channel text not null,
  at bigint not null
);
create index component_change_application on component_change (application_id, at, id);

create table link (
  id text primary key,
  token text not null unique,
  project_id text not null references project (id),
  application_id text not null references application (id),
  created_by text not null references account (id),
  created_at bigint not null,
  revoked_by text references account (id),
  revoked_at bigint
);
create index link_project on link (project_id, id);

create table purchase_order (
  id text primary key,
  number text not null unique,
  link_id text not null unique references link (id),
  project_id text not null references project (id),
  application_id text not null references application (id),
  release_id text not null references app_release (id),
  provider_id text not null references organisation (id),
  customer_id text not null references organisation (id),
  provider_edition text not null,
  customer_edition text not null,
  buyer text not null references account (id),
  placed_at bigint not null,
  state text not null,
  state_data text not null,
  edit_permission bigint not null,
  delivered_application text references application (id),
  revision bigint not null
);
create index purchase_order_provider on purchase_order (provider_id, placed_at, id);
create index purchase_order_customer on purchase_order (customer_id, placed_at, id);
create index purchase_order_project on purchase_order (project_id, placed_at, id);

create table agreement (
  version bigint primary key,
  text_zh text not null,
  text_en text not null,
  created_by text references account (id),
  created_at bigint not null
);

create table delivery (
  id text primary key,
  number text not null unique,
  order_id text not null references purchase_order (id),
  kind text not null,
  release_id text not null references app_release (id),
  options text not null,
  agreement_version bigint not null references agreement (version),
  agreed_by text not null references account (id),
  agreed_at bigint not null,
  application_id text not null,
  state text not null,
  state_data text not null,
  created_at bigint not null,
  finished_at bigint
);
create index delivery_order on delivery (order_id, created_at, id);
create index delivery_state on delivery (state, order_id);

create table delivery_step (
  delivery_id text not null references delivery (id),
  position bigint not null,
  name text not null,
  detail text not null,
  finished_at bigint not null,
  primary key (delivery_id, position)
);

-- Which records go along, noted at the beginning of a send and forgotten at its end.
create table delivery_sample (
  delivery_id text not null references delivery (id),
  position bigint not null,
  record_id text not null,
  primary key (delivery_id, position)
);

-- What was sent of a page after the release that the app came from.
create table sent_page (
  application_id text not null references application (id),
  key text not null,
  digest text not null references document (digest),
  delivery_id text not null references delivery (id),
  primary key (application_id, key)
);

create table job (
  id text primary key,
  kind text not null,
  subject text not null,
  state text not null,
  run_at bigint not null,
  lease_until bigint not null,
  fence bigint not null,
  attempts bigint not null,
  reason text not null,
  created_at bigint not null
);
create index job_state on job (state, run_at);
create index job_subject on job (kind, subject);

create table record (
  id text primary key,
  application_id text not null references application (id),
  form text not null,
  document text not null references document (digest),
  data text not null,
  search text not null,
  sample bigint not null,
  created_by text not null references account (id),
  created_at bigint not null,
  changed_by text not null references account (id),
  changed_at bigint not null,
  revision bigint not null
);
create index record_form on record (application_id, form, created_at, id);

create table record_index (
  record_id text not null references record (id) on delete cascade,
  application_id text not null,
  form text not null,
  field text not null,
  position bigint not null,
  sort_key BINARY_TEXT not null,
  primary key (record_id, field, position)
);
create index record_index_field on record_index (application_id, form, field, position, sort_key, record_id);

create table serial_counter (
  application_id text not null references application (id),
  form text not null,
  field text not null,
  period text not null,
  value bigint not null,
  primary key (application_id, form, field, period)
);

create table maintenance_visit (
  application_id text not null references application (id),
  account_id text not null references account (id),
  organisation_id text not null references organisation (id),
  entered_at bigint not null,
  primary key (application_id, account_id, entered_at)
);

create table acceptance_check (
  application_id text not null references application (id),
  item text not null,
  done_by text not null references account (id),
  done_at bigint not null,
  primary key (application_id, item)
);

create table notice (
  id text primary key,
  account_id text not null references account (id),
  organisation_id text references organisation (id),
  text_zh text not null,
  text_en text not null,
  url text not null,
  created_at bigint not null,
  read_at bigint
);
create index notice_account on notice (account_id, created_at, id);

create table audit_entry (
  chain text not null,
  position bigint not null,
  at bigint not null,
  actor text not null,
  actor_name text not null,
  action text not null,
  subject text not null,
  detail text not null,
  address text not null,
  previous text not null,
  hash text not null,
  primary key (chain, position)
);
create index audit_entry_subject on audit_entry (chain, subject, position);

create table setting (
  name text primary key,
  value text not null
);

create table number_series (
  series text not null,
  day text not null,
  value bigint not null,
  primary key (series, day)
);
