/** Version 2 of the schema adds certificates, labels, sums, and how far a capture is to be trusted. */
export const SCHEMA_2 = `
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
  `
