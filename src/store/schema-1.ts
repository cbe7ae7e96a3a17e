/** The first version's tables: captures, conversations, observations, flows, and what they are judged by. */
export const SCHEMA_1 = `
  -- What everything in this database is judged by: always exactly one row.
  CREATE TABLE judged_by (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    inventory_file TEXT,
    inventory TEXT NOT NULL,
    rules TEXT NOT NULL
  ) STRICT;

  -- One row for each capture point: all that it recorded.
  CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    point TEXT NOT NULL UNIQUE,
    folder TEXT,
    formats TEXT NOT NULL,
    link_types TEXT NOT NULL,
    records INTEGER NOT NULL,
    packets INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    flows INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    resolution INTEGER NOT NULL,
    first INTEGER,
    last INTEGER,
    keep TEXT NOT NULL
  ) STRICT;

  CREATE TABLE capture_files (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    identity TEXT UNIQUE,
    damage_offset INTEGER,
    damage TEXT,
    PRIMARY KEY (capture, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE capture_anomalies (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (capture, name)
  ) STRICT, WITHOUT ROWID;

  -- What the inventory says of addresses; many addresses share one place.
  CREATE TABLE placements (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL
  ) STRICT;

  -- The judgements that were given; many conversations share one.
  CREATE TABLE judgements (
    id INTEGER PRIMARY KEY,
    verdict TEXT NOT NULL,
    evidence TEXT NOT NULL,
    rule TEXT,
    pack TEXT,
    reason TEXT,
    nearest_rule TEXT,
    differs TEXT NOT NULL,
    remarks TEXT NOT NULL
  ) STRICT;

  CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    proto TEXT NOT NULL,
    orig_addr TEXT NOT NULL,
    resp_addr TEXT NOT NULL,
    orig_place INTEGER,
    resp_place INTEGER,
    resp_port INTEGER NOT NULL,
    service TEXT NOT NULL,
    certain INTEGER NOT NULL,
    direction_basis TEXT NOT NULL,
    judgement INTEGER NOT NULL,
    health TEXT,
    flows INTEGER NOT NULL,
    established INTEGER NOT NULL,
    handshake_failed INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    unanswered INTEGER NOT NULL,
    prohibited INTEGER NOT NULL,
    one_sided INTEGER NOT NULL,
    midstream INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    broadcast INTEGER NOT NULL,
    orig_packets INTEGER NOT NULL,
    resp_packets INTEGER NOT NULL,
    orig_bytes INTEGER NOT NULL,
    resp_bytes INTEGER NOT NULL,
    orig_ip_bytes INTEGER NOT NULL,
    resp_ip_bytes INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
  ) STRICT;

  -- What was seen between ends whose direction the bytes do not prove, as it was seen.
  CREATE TABLE observations (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    proto TEXT NOT NULL,
    low_addr TEXT NOT NULL,
    low_port INTEGER NOT NULL,
    high_addr TEXT NOT NULL,
    high_port INTEGER NOT NULL,
    first_sender TEXT NOT NULL,
    service TEXT NOT NULL,
    flows INTEGER NOT NULL,
    established INTEGER NOT NULL,
    only_low INTEGER NOT NULL,
    only_high INTEGER NOT NULL,
    midstream INTEGER NOT NULL,
    broadcast INTEGER NOT NULL,
    low_packets INTEGER NOT NULL,
    high_packets INTEGER NOT NULL,
    low_bytes INTEGER NOT NULL,
    high_bytes INTEGER NOT NULL,
    low_ip_bytes INTEGER NOT NULL,
    high_ip_bytes INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
  ) STRICT;

  -- The flows that were kept one by one. orig and resp are as now judged; orig_first says whether the originator
  -- sent the first packet, and the TCP states are what a flow of unproven direction is turned round by.
  CREATE TABLE flows (
    id INTEGER PRIMARY KEY,
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    conversation INTEGER NOT NULL,
    proto TEXT NOT NULL,
    orig_addr TEXT NOT NULL,
    orig_port INTEGER NOT NULL,
    resp_addr TEXT NOT NULL,
    resp_port INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    orig_packets INTEGER NOT NULL,
    resp_packets INTEGER NOT NULL,
    orig_bytes INTEGER NOT NULL,
    resp_bytes INTEGER NOT NULL,
    orig_ip_bytes INTEGER NOT NULL,
    resp_ip_bytes INTEGER NOT NULL,
    conn_state TEXT NOT NULL,
    history TEXT NOT NULL,
    outcome TEXT NOT NULL,
    service TEXT NOT NULL,
    direction_basis TEXT NOT NULL,
    orig_first INTEGER NOT NULL,
    orig_tcp_state INTEGER NOT NULL,
    resp_tcp_state INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX flows_conversation ON flows (conversation);

  -- One row for each conversation with everything that people ask about it.
  CREATE VIEW conversation_rows AS
  SELECT c.id, p.point AS capture, c.proto, c.orig_addr, c.resp_addr, c.resp_port,
    o.name AS orig_name, r.name AS resp_name, o.roles AS orig_roles, r.roles AS resp_roles,
    c.first, c.last, c.flows, c.established, c.handshake_failed, c.refused, c.unanswered, c.prohibited, c.one_sided,
    c.midstream, c.orig_packets, c.resp_packets, c.orig_bytes, c.resp_bytes, c.orig_ip_bytes, c.resp_ip_bytes,
    c.direction_basis, c.service, j.evidence, j.verdict, j.rule, j.pack, j.reason, j.nearest_rule, j.differs,
    j.remarks, c.health,
    j.verdict = 'unexpected' OR c.health IS 'broken' AS finding
  FROM conversations c
  JOIN captures p ON p.id = c.capture
  LEFT JOIN placements o ON o.id = c.orig_place
  LEFT JOIN placements r ON r.id = c.resp_place
  JOIN judgements j ON j.id = c.judgement;

  -- Likewise for each flow that was kept.
  CREATE VIEW flow_rows AS
  SELECT f.id, p.point AS capture, f.proto, f.orig_addr, f.orig_port, f.resp_addr, f.resp_port,
    o.name AS orig_name, r.name AS resp_name, o.roles AS orig_roles, r.roles AS resp_roles,
    f.start, f."end", f.orig_packets, f.resp_packets, f.orig_bytes, f.resp_bytes, f.orig_ip_bytes, f.resp_ip_bytes,
    f.conn_state, f.history, f.outcome, f.direction_basis, f.service, j.evidence, j.verdict, j.rule, j.reason,
    j.nearest_rule, j.remarks, c.health, f.conversation
  FROM flows f
  JOIN captures p ON p.id = f.capture
  JOIN conversations c ON c.id = f.conversation
  LEFT JOIN placements o ON o.id = c.orig_place
  LEFT JOIN placements r ON r.id = c.resp_place
  JOIN judgements j ON j.id = c.judgement;
  `
