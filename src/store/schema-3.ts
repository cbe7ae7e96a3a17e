/** Version 3 of the schema adds what questions ask for: sums of hosts, the foremost conversations, judged flows. */
export const SCHEMA_3 = `
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
  `
