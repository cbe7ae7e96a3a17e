import type { Database } from 'better-sqlite3'

/** Marks a database as Portolan's (SQLite header, application_id): the letters PTLN. */
export const APPLICATION_ID = 0x50544c4e

/**
 * The migrations in order; a database of schema version n has had the first n. A migration that has been released
 * is never changed: what comes after it is another one.
 *
 * Times are whole nanoseconds since 1970. Lists are JSON arrays. An id is the number that ids.ts makes of what the row
 * is; people see it in base 32.
 */
export const MIGRATIONS: readonly string[] = [
  `
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
  `,
  `
  -- What the bytes prove: certificates, names, TLS, ICMP errors, copies, and how far the capture can be trusted.
  CREATE TABLE certificates (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    names TEXT NOT NULL,
    -- Milliseconds since 1970: some are valid for longer than nanoseconds can say.
    not_before_ms INTEGER,
    not_after_ms INTEGER
  ) STRICT;

  -- What the traffic calls an address.
  CREATE TABLE labels (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (capture, address)
  ) STRICT, WITHOUT ROWID;

  -- The conversations added up, because a summary of a million of them must not read them all.
  CREATE TABLE sums (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    judgement INTEGER NOT NULL,
    health TEXT,
    orig_place INTEGER,
    resp_place INTEGER,
    conversations INTEGER NOT NULL,
    flows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sums
  SELECT capture, judgement, health, orig_place, resp_place, count(*), sum(flows), sum(orig_bytes + resp_bytes),
    min(first), max(last)
  FROM conversations GROUP BY capture, judgement, health, orig_place, resp_place;

  ALTER TABLE conversations ADD COLUMN finding INTEGER NOT NULL DEFAULT 0;
  UPDATE conversations SET finding = 1
  WHERE health IS 'broken' OR judgement IN (SELECT id FROM judgements WHERE verdict = 'unexpected');
  CREATE INDEX conversations_finding ON conversations (finding) WHERE finding = 1;

  -- A JSON object with the figures of judge/trust.ts; null for what an earlier version analysed.
  ALTER TABLE captures ADD COLUMN trust TEXT;
  -- A JSON array: addresses of the interfaces that were recorded on, where the files name them.
  ALTER TABLE captures ADD COLUMN interface_addresses TEXT NOT NULL DEFAULT '[]';

  ALTER TABLE conversations ADD COLUMN orig_copies INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE conversations ADD COLUMN resp_copies INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE conversations ADD COLUMN proof INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE conversations ADD COLUMN alert INTEGER;
  ALTER TABLE conversations ADD COLUMN claim TEXT;
  ALTER TABLE conversations ADD COLUMN orig_certificate INTEGER;
  ALTER TABLE conversations ADD COLUMN resp_certificate INTEGER;
  ALTER TABLE conversations ADD COLUMN expired INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE conversations ADD COLUMN icmp_error TEXT;
  ALTER TABLE conversations ADD COLUMN icmp_sender TEXT;

  ALTER TABLE observations ADD COLUMN low_refused INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN low_prohibited INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN high_refused INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN high_prohibited INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN handshake_failed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN low_copies INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN high_copies INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN proof INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN alert INTEGER;
  ALTER TABLE observations ADD COLUMN claim TEXT;
  ALTER TABLE observations ADD COLUMN low_certificate INTEGER;
  ALTER TABLE observations ADD COLUMN high_certificate INTEGER;
  ALTER TABLE observations ADD COLUMN expired INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE observations ADD COLUMN icmp_error TEXT;
  ALTER TABLE observations ADD COLUMN icmp_sender TEXT;

  ALTER TABLE flows ADD COLUMN orig_copies INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flows ADD COLUMN resp_copies INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flows ADD COLUMN proof INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flows ADD COLUMN alert INTEGER;
  ALTER TABLE flows ADD COLUMN claim TEXT;
  ALTER TABLE flows ADD COLUMN path_family INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flows ADD COLUMN orig_certificate INTEGER;
  ALTER TABLE flows ADD COLUMN resp_certificate INTEGER;
  ALTER TABLE flows ADD COLUMN icmp_error TEXT;
  ALTER TABLE flows ADD COLUMN icmp_sender TEXT;
  ALTER TABLE flows ADD COLUMN fragments INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flows ADD COLUMN encapsulation TEXT NOT NULL DEFAULT '[]';

  DROP VIEW conversation_rows;
  CREATE VIEW conversation_rows AS
  SELECT c.id, p.point AS capture, c.proto, c.orig_addr, c.resp_addr, c.resp_port,
    o.name AS orig_name, r.name AS resp_name, o.roles AS orig_roles, r.roles AS resp_roles,
    ol.kind AS orig_label_kind, ol.name AS orig_label, rl.kind AS resp_label_kind, rl.name AS resp_label,
    c.first, c.last, c.flows, c.established, c.handshake_failed, c.refused, c.unanswered, c.prohibited, c.one_sided,
    c.midstream, c.orig_packets, c.resp_packets, c.orig_bytes, c.resp_bytes, c.orig_ip_bytes, c.resp_ip_bytes,
    c.orig_copies, c.resp_copies, c.direction_basis, c.service, c.proof, c.alert, c.claim, oc.names AS orig_certificate,
    rc.names AS resp_certificate, c.expired, c.icmp_error, c.icmp_sender, j.evidence, j.verdict, j.rule, j.pack,
    j.reason, j.nearest_rule, j.differs, j.remarks, c.health, c.finding
  FROM conversations c
  JOIN captures p ON p.id = c.capture
  LEFT JOIN placements o ON o.id = c.orig_place
  LEFT JOIN placements r ON r.id = c.resp_place
  LEFT JOIN labels ol ON ol.capture = c.capture AND ol.address = c.orig_addr
  LEFT JOIN labels rl ON rl.capture = c.capture AND rl.address = c.resp_addr
  LEFT JOIN certificates oc ON oc.id = c.orig_certificate
  LEFT JOIN certificates rc ON rc.id = c.resp_certificate
  JOIN judgements j ON j.id = c.judgement;

  -- What a conversation is judged, without what the bytes show: enough for adding up.
  CREATE VIEW judged_rows AS
  SELECT p.point AS capture, c.proto, c.orig_addr, c.resp_addr, c.resp_port, o.name AS orig_name, r.name AS resp_name,
    o.roles AS orig_roles, r.roles AS resp_roles, c.first, c.last, c.flows, c.established, c.handshake_failed, c.refused,
    c.unanswered, c.prohibited, c.one_sided, c.midstream, c.orig_bytes + c.resp_bytes AS bytes, 1 AS conversations,
    j.verdict, j.rule, j.pack, j.reason, c.health, c.finding
  FROM conversations c
  JOIN captures p ON p.id = c.capture
  LEFT JOIN placements o ON o.id = c.orig_place
  LEFT JOIN placements r ON r.id = c.resp_place
  JOIN judgements j ON j.id = c.judgement;

  -- The same added up.
  CREATE VIEW sum_rows AS
  SELECT p.point AS capture, o.roles AS orig_roles, r.roles AS resp_roles, s.first, s.last, s.flows, s.bytes,
    s.conversations, j.verdict, j.rule, j.pack, j.reason, s.health,
    j.verdict = 'unexpected' OR s.health IS 'broken' AS finding
  FROM sums s
  JOIN captures p ON p.id = s.capture
  LEFT JOIN placements o ON o.id = s.orig_place
  LEFT JOIN placements r ON r.id = s.resp_place
  JOIN judgements j ON j.id = s.judgement;

  DROP VIEW flow_rows;
  CREATE VIEW flow_rows AS
  SELECT f.id, p.point AS capture, f.proto, f.orig_addr, f.orig_port, f.resp_addr, f.resp_port,
    o.name AS orig_name, r.name AS resp_name, o.roles AS orig_roles, r.roles AS resp_roles,
    ol.kind AS orig_label_kind, ol.name AS orig_label, rl.kind AS resp_label_kind, rl.name AS resp_label,
    f.start, f."end", f.orig_packets, f.resp_packets, f.orig_bytes, f.resp_bytes, f.orig_ip_bytes, f.resp_ip_bytes,
    f.orig_copies, f.resp_copies, f.fragments, f.encapsulation, f.conn_state, f.history, f.outcome, f.direction_basis, f.service, f.proof, f.alert,
    f.claim, f.path_family, oc.names AS orig_certificate, rc.names AS resp_certificate, f.icmp_error, f.icmp_sender,
    j.evidence, j.verdict, j.rule, j.reason, j.nearest_rule, j.remarks, c.health, c.finding, f.conversation
  FROM flows f
  JOIN captures p ON p.id = f.capture
  JOIN conversations c ON c.id = f.conversation
  LEFT JOIN placements o ON o.id = c.orig_place
  LEFT JOIN placements r ON r.id = c.resp_place
  LEFT JOIN labels ol ON ol.capture = f.capture AND ol.address = f.orig_addr
  LEFT JOIN labels rl ON rl.capture = f.capture AND rl.address = f.resp_addr
  LEFT JOIN certificates oc ON oc.id = f.orig_certificate
  LEFT JOIN certificates rc ON rc.id = f.resp_certificate
  JOIN judgements j ON j.id = c.judgement;
  `,
  `
  -- The certificates that were presented in a capture, because finding those that nobody presents any more must not read
  -- all rows.
  CREATE TABLE presented (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    certificate INTEGER NOT NULL,
    PRIMARY KEY (capture, certificate)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO presented
  SELECT capture, orig_certificate FROM conversations WHERE orig_certificate IS NOT NULL
  UNION SELECT capture, resp_certificate FROM conversations WHERE resp_certificate IS NOT NULL
  UNION SELECT capture, low_certificate FROM observations WHERE low_certificate IS NOT NULL
  UNION SELECT capture, high_certificate FROM observations WHERE high_certificate IS NOT NULL
  UNION SELECT capture, orig_certificate FROM flows WHERE orig_certificate IS NOT NULL
  UNION SELECT capture, resp_certificate FROM flows WHERE resp_certificate IS NOT NULL;

  -- The sums tell ports apart too.
  DROP VIEW sum_rows;
  DROP TABLE sums;
  CREATE TABLE sums (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    judgement INTEGER NOT NULL,
    health TEXT,
    orig_place INTEGER,
    resp_place INTEGER,
    proto TEXT NOT NULL,
    resp_port INTEGER NOT NULL,
    conversations INTEGER NOT NULL,
    flows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sums
  SELECT capture, judgement, health, orig_place, resp_place, proto, resp_port, count(*), sum(flows),
    sum(orig_bytes + resp_bytes), min(first), max(last)
  FROM conversations GROUP BY capture, judgement, health, orig_place, resp_place, proto, resp_port;
  CREATE VIEW sum_rows AS
  SELECT p.point AS capture, s.proto, s.resp_port, o.roles AS orig_roles, r.roles AS resp_roles, s.first, s.last,
    s.flows, s.bytes, s.conversations, j.verdict, j.rule, j.pack, j.reason, s.health,
    j.verdict = 'unexpected' OR s.health IS 'broken' AS finding
  FROM sums s
  JOIN captures p ON p.id = s.capture
  LEFT JOIN placements o ON o.id = s.orig_place
  LEFT JOIN placements r ON r.id = s.resp_place
  JOIN judgements j ON j.id = s.judgement;

  -- What the conversations of each host come to, of all hosts of a capture in one row (host-sums.ts). A capture without
  -- such a row is added up when it is asked for.
  CREATE TABLE host_sums (
    capture INTEGER PRIMARY KEY REFERENCES captures (id) ON DELETE CASCADE,
    addresses TEXT NOT NULL,
    numbers BLOB NOT NULL
  ) STRICT;

  -- The conversations that a summary names: of each kind those with most flows.
  CREATE TABLE foremost (
    capture INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    conversation INTEGER NOT NULL,
    PRIMARY KEY (capture, kind, conversation)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO foremost
  SELECT capture, kind, id FROM (
    SELECT capture, ifnull(health, 'unexpected') AS kind, id, row_number() OVER (
      PARTITION BY capture, health ORDER BY flows DESC, first, orig_addr, resp_addr, resp_port, proto, service, id
    ) AS place
    FROM conversations WHERE finding = 1 OR health = 'flaky'
  ) WHERE place <= 20;

  -- How the conversation of a flow is judged stands at the flow too, because a page of flows must not look up the
  -- conversation of each. Judging again keeps both the same.
  ALTER TABLE flows ADD COLUMN judgement INTEGER;
  ALTER TABLE flows ADD COLUMN health TEXT;
  ALTER TABLE flows ADD COLUMN finding INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flows ADD COLUMN orig_place INTEGER;
  ALTER TABLE flows ADD COLUMN resp_place INTEGER;
  UPDATE flows
  SET (judgement, health, finding, orig_place, resp_place) = (c.judgement, c.health, c.finding, c.orig_place, c.resp_place)
  FROM conversations c WHERE c.id = flows.conversation;

  -- The process that Windows was running as the first packet passed.
  ALTER TABLE flows ADD COLUMN process_id INTEGER;

  DROP VIEW flow_rows;
  CREATE VIEW flow_rows AS
  SELECT f.id, p.point AS capture, f.proto, f.orig_addr, f.orig_port, f.resp_addr, f.resp_port,
    o.name AS orig_name, r.name AS resp_name, o.roles AS orig_roles, r.roles AS resp_roles,
    ol.kind AS orig_label_kind, ol.name AS orig_label, rl.kind AS resp_label_kind, rl.name AS resp_label,
    f.start, f."end", f.orig_packets, f.resp_packets, f.orig_bytes, f.resp_bytes, f.orig_ip_bytes, f.resp_ip_bytes,
    f.orig_copies, f.resp_copies, f.fragments, f.encapsulation, f.conn_state, f.history, f.outcome, f.direction_basis,
    f.service, f.proof, f.alert, f.claim, f.path_family, oc.names AS orig_certificate, rc.names AS resp_certificate,
    f.icmp_error, f.icmp_sender, f.process_id, j.evidence, j.verdict, j.rule, j.reason, j.nearest_rule, j.remarks,
    f.health, f.finding, f.conversation
  FROM flows f
  JOIN captures p ON p.id = f.capture
  LEFT JOIN placements o ON o.id = f.orig_place
  LEFT JOIN placements r ON r.id = f.resp_place
  LEFT JOIN labels ol ON ol.capture = f.capture AND ol.address = f.orig_addr
  LEFT JOIN labels rl ON rl.capture = f.capture AND rl.address = f.resp_addr
  LEFT JOIN certificates oc ON oc.id = f.orig_certificate
  LEFT JOIN certificates rc ON rc.id = f.resp_certificate
  JOIN judgements j ON j.id = f.judgement;
  `,
]

/** Brings the database to the newest schema, in the transaction of the caller. */
export function migrate(db: Database): void {
  const version = schemaVersion(db)
  if (version === MIGRATIONS.length) return
  for (const migration of MIGRATIONS.slice(version)) db.exec(migration)
  db.pragma(`user_version = ${MIGRATIONS.length}`)
  db.pragma(`application_id = ${APPLICATION_ID}`)
}

export function schemaVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number
}
