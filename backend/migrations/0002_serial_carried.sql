-- How far a counter had come when it arrived with sample records (Source: ORD-5): where it is still
-- there, no number was drawn here yet.
alter table serial_counter add column carried bigint not null default 0;
