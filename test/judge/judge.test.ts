import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SSL_3_0 } from '../../src/evidence/proof.ts'
import type { Service } from '../../src/evidence/service.ts'
import { EMPTY_INVENTORY, type MovedPort, type PortSpan } from '../../src/inventory/inventory.ts'
import type { Role } from '../../src/inventory/roles.ts'
import type { Conversation } from '../../src/judge/conversation.ts'
import type { Evidence } from '../../src/judge/evidence.ts'
import { createJudge } from '../../src/judge/judge.ts'
import {
  ADDRESSES,
  certificate,
  conversation,
  DEFAULT_RULE_SET,
  entry,
  found,
  INVENTORY,
  inventoryOfRoles,
  JUDGE,
  judged,
  OTHER_STRANGER,
  opened,
  rule,
  ruleSet,
  STRANGER,
  unoriented,
} from './samples.ts'

describe('expected', () => {
  test.each([
    ['front-end > director tcp 5061', 'director-front-end-5061', 'lync-2013'],
    ['director > front-end tcp 444', 'director-to-front-end-444', 'lync-2013'],
    ['front-end > director tcp 444', 'director-front-end-444', 'lync-2013'],
    ['front-end+cms-master > director tcp 445', 'director-cms-445', 'lync-2013'],
    ['front-end+cms-master > director tcp 5061', 'director-front-end-5061', 'lync-2013'],
    ['client-internal > director tcp 443', 'director-client-443', 'lync-2013'],
    ['director > edge-internal tcp 50003', 'edge-internal-cls-50003', 'lync-2013'],
    ['admin-station > director tcp 50003', 'director-cls-50003', 'lync-2013'],
    ['director > domain-controller+dns-server+time-server udp 53', 'windows-dns-udp-53', 'windows-baseline'],
    ['edge-internal > domain-controller+dns-server+time-server udp 123', 'windows-edge-time-123', 'windows-baseline'],
    ['federation-partner > edge-access tcp 5061', 'edge-access-federation-5061', 'lync-2013'],
    ['edge-av > federation-partner udp 3478', 'edge-av-to-turn-3478', 'lync-2013'],
    ['client-external > edge-av udp 59999', 'edge-av-media-udp', 'lync-2013'],
  ])('%s by %s', (text, rule, pack) => {
    expect(judged(text)).toMatchObject({
      verdict: 'expected',
      rule,
      pack,
      reason: null,
      nearestRule: null,
      differs: [],
    })
  })

  test('of addresses that nobody listed, where the rule says any', () => {
    expect(judged(`${STRANGER} > director tcp 50002`)).toMatchObject({
      verdict: 'expected',
      rule: 'director-cls-50002',
    })
    expect(judged(`edge-access > ${OTHER_STRANGER} tcp 80`)).toMatchObject({ rule: 'edge-access-to-crl-80' })
  })

  test('of an unlisted address that counts as an external client towards the Internet side', () => {
    const judge = createJudge(
      INVENTORY,
      ruleSet([rule('clients', { originators: ['client-external'], responders: ['edge-av'] })]),
    )
    expect(judged(`${STRANGER} > edge-av tcp 1000`, judge)).toMatchObject({ verdict: 'expected', rule: 'clients' })
    expect(judged('client-external > edge-av tcp 1000', judge)).toMatchObject({ verdict: 'expected', rule: 'clients' })
    expect(judged('other > edge-av tcp 1000', judge)).toMatchObject({ verdict: 'unexpected' })
  })

  test('says what the inventory has of both ends', () => {
    const { orig, resp } = JUDGE.judge(opened(`${STRANGER} > director tcp 50001`), [])
    expect(orig).toBeUndefined()
    expect(resp).toMatchObject({ name: 'director', roles: ['director'] })
  })
})

describe('unexpected, with the first reason that holds', () => {
  test.each([
    ['unknown-source', `${STRANGER} > director tcp 5061`, 'one of the ends is not listed'],
    ['unknown-source', `${STRANGER} > director tcp 22`, 'and no rule has the port either'],
    ['unknown-destination', `director > ${STRANGER} tcp 444`, 'one of the ends is not listed'],
    [
      'unknown-destination',
      `edge-internal > ${STRANGER} tcp 445`,
      'the inner side of an Edge does not face the Internet',
    ],
    ['wrong-direction', 'director > reverse-proxy-internal tcp 4443', 'and wrong-destination would hold as well'],
    ['wrong-direction', 'edge-access > client-external tcp 443', 'a rule names the client, beside any'],
    ['wrong-direction', `edge-access > ${OTHER_STRANGER} tcp 443`, 'an unlisted address is an external client'],
    ['wrong-source', 'client-internal > director tcp 4443', 'though rules name both roles on other ports'],
    ['wrong-source', 'front-end > director tcp 445', 'the Central Management master may'],
    ['wrong-source', 'edge-internal > domain-controller+dns-server+time-server tcp 389', 'the domain members may'],
    ['wrong-destination', 'director > sql-backend tcp 444', 'Front Ends may be called'],
    ['wrong-destination', 'pic-partner > edge-webconf tcp 5061', 'the Access Edge may be called'],
    ['wrong-port', 'reverse-proxy-internal > director tcp 8443', 'other ports are allowed between them'],
    ['wrong-port', 'client-internal > director udp 5061', 'the transport belongs to the port'],
    ['wrong-port', `${OTHER_STRANGER} > edge-access tcp 3390`, 'an unlisted address is an external client'],
    ['no-rule', 'sql-backend > director tcp 5723', 'no rule joins the two'],
    ['no-rule', 'sql-backend > edge-internal tcp 1433', 'any joins nobody'],
    ['no-rule', 'client-internal > edge-internal tcp 5063', 'usual sources join nobody'],
  ])('%s: %s, %s', (reason, text) => {
    const answer = judged(text)
    expect(answer).toMatchObject({ verdict: 'unexpected', reason, rule: null, pack: null })
    expect(DEFAULT_RULE_SET.rules.map(({ rule }) => rule.id)).toContain(answer.nearestRule)
    expect(answer.differs.length).toBeGreaterThan(0)
  })

  test('any and usual sources allow, but name nobody', () => {
    const rules = ruleSet([rule('anybody', { originators: ['any'], usualOriginators: ['front-end'] })])
    const judge = createJudge(INVENTORY, rules)
    expect(judged('front-end > director tcp 1000', judge)).toMatchObject({ verdict: 'expected' })
    expect(judged('front-end > director tcp 1001', judge)).toMatchObject({ reason: 'no-rule' })
    expect(judged('director > front-end tcp 1000', judge)).toMatchObject({ reason: 'no-rule' })
    expect(judged('front-end > other tcp 1000', judge)).toMatchObject({ reason: 'no-rule' })
  })

  test('any and usual destinations likewise', () => {
    const rules = ruleSet([rule('everywhere', { responders: ['any'], usualResponders: ['director'] })])
    const judge = createJudge(INVENTORY, rules)
    expect(judged('front-end > director tcp 1000', judge)).toMatchObject({ verdict: 'expected' })
    expect(judged('front-end > director tcp 1001', judge)).toMatchObject({ reason: 'no-rule' })
    expect(judged('director > front-end tcp 1000', judge)).toMatchObject({ reason: 'no-rule' })
    expect(judged('other > director tcp 1000', judge)).toMatchObject({ reason: 'no-rule' })
  })

  test("a withdrawn rule allows nothing and is nobody's reason", () => {
    const judge = createJudge(
      INVENTORY,
      ruleSet([rule('gone'), rule('here', { ports: [{ first: 9, last: 9 }] })], ['gone']),
    )
    expect(judged('front-end > director tcp 1000', judge)).toMatchObject({ reason: 'wrong-port', nearestRule: 'here' })
  })

  test('without a rule in force there is no nearest rule', () => {
    const judge = createJudge(INVENTORY, ruleSet([rule('gone')], ['gone']))
    expect(judged('front-end > director tcp 1000', judge)).toMatchObject({
      reason: 'no-rule',
      nearestRule: null,
      differs: [],
    })
  })

  test('of several roles at one address, any may be the right one', () => {
    const inventory = inventoryOfRoles({ '10.0.0.1': ['other', 'front-end'], '10.0.0.2': ['sql-backend', 'director'] })
    const judge = createJudge(inventory, ruleSet([rule('made')]))
    expect(judge.judge(opened('10.0.0.1 > 10.0.0.2 tcp 1000'), []).answer).toMatchObject({ verdict: 'expected' })
    expect(judge.judge(opened('10.0.0.2 > 10.0.0.1 tcp 1000'), []).answer).toMatchObject({ reason: 'wrong-direction' })
  })

  test('entries for the same address add their roles', () => {
    const { entries } = inventoryOfRoles({ '10.0.0.1': ['front-end'], '10.0.0.2': ['sql-backend'] })
    const again = entry('second', ['director'], [{ family: 4, first: '10.0.0.2', last: '10.0.0.2' }])
    const judge = createJudge({ entries: [...entries, again] }, ruleSet([rule('made')]))
    const { answer, resp } = judge.judge(opened('10.0.0.1 > 10.0.0.2 tcp 1000'), [])
    expect(answer).toMatchObject({ verdict: 'expected' })
    expect(resp).toMatchObject({ name: 'host 1', roles: ['sql-backend', 'director'] })
  })

  test('IPv6 addresses are judged like the others', () => {
    const inventory = {
      entries: [
        entry(
          'client',
          ['front-end'],
          [{ family: 6, first: '2001:db8:1::', last: '2001:db8:1:ffff:ffff:ffff:ffff:ffff', prefix: 48 }],
        ),
        entry('server', ['director'], [{ family: 6, first: '2001:db8::16', last: '2001:db8::16' }]),
      ],
    } as const
    const judge = createJudge(inventory, ruleSet([rule('made')]))
    expect(judge.judge(opened('2001:db8:1::5 > 2001:db8::16 tcp 1000'), []).answer).toMatchObject({
      verdict: 'expected',
    })
    expect(judge.judge(opened('2001:db8:2::5 > 2001:db8::16 tcp 1000'), []).answer).toMatchObject({
      reason: 'unknown-source',
    })
  })
})

describe('exposed', () => {
  const PORTS = [22, 135, 139, 445, 1433, 3389, 4443, 5062, 5985, 5986, 8057, 23_456, 50_001, 50_002, 50_003]
  const FACING = ['edge-access', 'edge-webconf', 'edge-av', 'reverse-proxy-external'] as const
  const answerOf = (text: string, fields: Parameters<typeof opened>[1] = {}) =>
    JUDGE.judge(opened(text, fields), []).answer

  test.each(PORTS)('a connection accepted on %i of a role that faces the Internet', (port) => {
    for (const role of FACING) {
      for (const source of ['client-external', 'federation-partner', OTHER_STRANGER, 'front-end']) {
        const answer = answerOf(`${source} > ${role} tcp ${port}`)
        expect(answer).toMatchObject({ verdict: 'unexpected', reason: 'exposed', rule: null })
        expect(answer.nearestRule).not.toBeNull()
      }
    }
  })

  test('not where nothing was accepted', () => {
    const outcomes = { refused: 1, unanswered: 1 }
    expect(answerOf('client-external > edge-access tcp 3389', { outcomes, accepted: 0 }).reason).not.toBe('exposed')
  })

  test.each([
    ['a port of clients', 'client-external > edge-access tcp 443'],
    ['the same number on another transport', 'client-external > edge-access udp 3389'],
    ['an inner address', 'admin-station > edge-internal tcp 3389'],
    ['a port beside', 'client-external > edge-av tcp 50004'],
  ])('not %s', (_, text) => {
    expect(answerOf(text).reason).not.toBe('exposed')
  })

  test.each(['rtp', 'stun', 'ms-turn'] as const)('media may use the ports of logging: %s', (service) => {
    expect(answerOf('federation-partner > edge-av tcp 50001', { service })).toMatchObject({
      verdict: 'expected',
      rule: 'edge-av-media-tcp',
      evidence: 'confirmed',
    })
  })

  test.each(['none', 'unidentified', 'mtls', 'net-framing', 'http'] as const)('but nothing else may: %s', (service) => {
    const answer = answerOf('federation-partner > edge-av tcp 50001', { service })
    expect(answer).toMatchObject({ reason: 'exposed', nearestRule: 'edge-av-media-tcp', differs: [] })
  })

  test('not where a service of the role was moved to the port: that is published', () => {
    const moved = (role: Role, documented: PortSpan, port: number, transport: 'tcp' | 'udp' = 'tcp'): MovedPort => ({
      name: 'moved',
      role,
      transport,
      documented,
      actual: [
        { first: 444, last: 444 },
        { first: port, last: port },
      ],
      file: 'inventory.yaml',
      line: 1,
    })
    const reasonWith = (ports: readonly MovedPort[], text: string) =>
      createJudge({ ...INVENTORY, ports }, DEFAULT_RULE_SET).judge(opened(text), []).answer.reason
    const access = moved('edge-access', { first: 443, last: 443 }, 4443)
    expect(reasonWith([access], 'client-external > edge-access tcp 4443')).not.toBe('exposed')
    expect(reasonWith([access], 'client-external > edge-access tcp 5062')).toBe('exposed')
    expect(reasonWith([access], 'client-external > edge-av tcp 4443')).toBe('exposed')
    const datagrams = moved('edge-access', { first: 443, last: 443 }, 4443, 'udp')
    expect(reasonWith([datagrams], 'client-external > edge-access tcp 4443')).toBe('exposed')
    const inner = moved('edge-internal', { first: 443, last: 443 }, 4443)
    expect(reasonWith([inner], 'client-external > edge-access tcp 4443')).toBe('exposed')
    const media = moved('edge-av', { first: 50_000, last: 59_999 }, 50_001)
    expect(reasonWith([media], 'client-external > edge-av tcp 50001')).toBe('exposed')
  })

  test('one refused and one accepted conversation of the same ends are told apart', () => {
    const judge = createJudge(INVENTORY, DEFAULT_RULE_SET)
    const asked = [0, 1, 0].map((accepted) => opened('client-external > edge-access tcp 445', { accepted }))
    expect(asked.map((seen) => judge.judge(seen, []).answer.reason === 'exposed')).toEqual([false, true, false])
  })
})

describe('what the bytes prove', () => {
  const judgedAs = (service: Service, text = 'front-end > director tcp 1000', judge = JUDGE) =>
    judge.judge(opened(text, { service }), []).answer

  test.each<[Service, Evidence]>([
    ['mtls', 'confirmed'],
    ['tls-resumed', 'consistent'],
    ['tls13', 'consistent'],
    ['tls', 'consistent'],
    ['none', 'unknown'],
  ])('%s between servers is %s, and expected', (service, evidence) => {
    expect(judgedAs(service, 'edge-internal > director tcp 5061')).toMatchObject({ verdict: 'expected', evidence })
  })

  test.each<[string, Service, string, string]>([
    ['SSH on 4443', 'ssh', 'reverse-proxy-internal > director tcp 4443', 'director-rp-4443'],
    ['SIP in clear on 5061', 'sip', 'front-end > director tcp 5061', 'director-front-end-5061'],
    ['one-way TLS between servers', 'tls-one-way', 'front-end > director tcp 5061', 'director-front-end-5061'],
    ['pseudo-TLS on Access Edge 443', 'ms-turn', 'client-external > edge-access tcp 443', 'edge-access-client-443'],
    ['HTTP on 443', 'http', 'client-internal > director tcp 443', 'director-client-443'],
    ['TLS on 8080', 'tls-one-way', 'reverse-proxy-internal > director tcp 8080', 'director-rp-8080'],
    ['TLS where media is relayed', 'tls13', 'client-external > edge-av tcp 443', 'edge-av-turn-443'],
  ])('%s is a mismatch', (_, service, text, nearestRule) => {
    expect(judgedAs(service, text)).toEqual({
      verdict: 'unexpected',
      evidence: 'contradicted',
      rule: null,
      pack: null,
      reason: 'protocol-mismatch',
      nearestRule,
      differs: ['protocol'],
      remarks: [],
    })
  })

  test('only where every rule that allows it is contradicted', () => {
    const mutual = rule('mutual', { protocol: 'sip-mtls' })
    const anyone = rule('anyone', { originators: ['any'], responders: ['any'], protocol: 'https' })
    const both = createJudge(INVENTORY, ruleSet([mutual, anyone]))
    expect(judgedAs('tls-one-way', undefined, both)).toMatchObject({ verdict: 'expected', rule: 'anyone' })
    expect(judgedAs('http', undefined, both)).toMatchObject({ reason: 'protocol-mismatch', nearestRule: 'mutual' })
    const withdrawn = createJudge(INVENTORY, ruleSet([mutual, anyone], ['anyone']))
    expect(judgedAs('tls-one-way', undefined, withdrawn)).toMatchObject({ reason: 'protocol-mismatch' })
  })

  test('of an unlisted port is nobody’s mismatch', () => {
    expect(judgedAs('ssh', 'front-end > director tcp 1')).toMatchObject({ reason: 'wrong-port', evidence: 'unknown' })
  })

  test('makes two judgements of the same ends, whichever comes first', () => {
    const judge = createJudge(INVENTORY, ruleSet([rule('mutual')]))
    const verdicts = (['http', 'mtls', 'http', 'none'] as const).map((each) => judgedAs(each, undefined, judge).verdict)
    expect(verdicts).toEqual(['unexpected', 'expected', 'unexpected', 'expected'])
  })

  test('does not decide who opened a flow: rules allow a direction whatever was spoken', () => {
    const judge = createJudge(INVENTORY, ruleSet([rule('mutual')]))
    expect(judge.allows(unoriented('front-end:5000 - director:1000 tcp'), 'low')).toBe(true)
  })
})

describe('out of scope', () => {
  test.each([
    ['neither end is listed', opened(`${STRANGER} > ${OTHER_STRANGER} tcp 443`)],
    ['multicast', opened('director > 239.255.255.250 udp 1900')],
    ['the first multicast address', opened('director > 224.0.0.0 udp 5061')],
    ['multicast over IPv6', opened('director > ff02::1:3 udp 5355')],
    ['a multicast address that was taken for the originator', opened('239.255.255.250 > director udp 1000')],
    ['limited broadcast', opened('director > 255.255.255.255 udp 67')],
    ['ICMP', opened('front-end > director icmp 0')],
    ['ICMPv6', opened('front-end > director icmp6 0')],
    ['ESP', opened('front-end > director esp 0')],
    ['GRE', opened('front-end > director gre 0')],
    ['another protocol', opened('front-end > director ip-200 0')],
    ['broadcast on its link', conversation({ transport: 'udp', flows: 2, broadcast: 2 })],
  ])('%s', (_, seen) => {
    expect(JUDGE.judge(seen, []).answer).toEqual({
      verdict: 'out-of-scope',
      evidence: 'unknown',
      rule: null,
      pack: null,
      reason: null,
      nearestRule: null,
      differs: [],
      remarks: [],
    })
  })

  test('not where some of the flows went to a single station', () => {
    const { answer } = JUDGE.judge(conversation({ flows: 2, broadcast: 1 }), [])
    expect(answer.verdict).toBe('expected')
  })

  test('everything, without an inventory', () => {
    const judge = createJudge(EMPTY_INVENTORY, DEFAULT_RULE_SET)
    expect(judge.judge(opened(`${STRANGER} > director tcp 50001`), []).answer.verdict).toBe('out-of-scope')
  })

  describe('the broadcast address of a listed network', () => {
    const network = entry(
      'clients',
      ['client-internal'],
      [{ family: 4, first: '10.1.0.0', last: '10.1.0.255', prefix: 24 }],
    )
    const judge = createJudge(
      { entries: [...INVENTORY.entries.filter(({ name }) => name !== 'client-internal'), network] },
      DEFAULT_RULE_SET,
    )

    test('as responder', () => {
      expect(judge.judge(opened('10.1.0.10 > 10.1.0.255 udp 137'), []).answer.verdict).toBe('out-of-scope')
      expect(judge.judge(opened('10.1.0.10 > 10.1.0.254 udp 137'), []).answer.verdict).toBe('unexpected')
    })

    test('and as originator, where the lower port made it one', () => {
      expect(judge.judge(opened('10.1.0.255 > 10.1.0.10 udp 1000'), []).answer.verdict).toBe('out-of-scope')
    })
  })

  test('not an address beside the multicast ones', () => {
    expect(judged('223.255.255.255 > director tcp 50001').verdict).toBe('expected')
    expect(judged('240.0.0.1 > director tcp 50001').verdict).toBe('expected')
    expect(judged('feff::1 > director tcp 50001').verdict).toBe('expected')
  })

  test('not an address whose text begins like multicast, and whose number does not', () => {
    expect(judged('ff::1 > director tcp 50001').verdict).toBe('expected')
  })
})

describe('remarks', () => {
  test.each([
    ['client-internal > edge-internal tcp 5062', ['unusual-source']],
    ['front-end > edge-internal tcp 5062', []],
    [`${STRANGER} > edge-internal tcp 5062`, ['unusual-source']],
    ['edge-internal > client-internal tcp 5061', ['unusual-destination']],
    ['edge-internal > front-end tcp 5061', []],
    [`edge-internal > ${STRANGER} tcp 5061`, ['unusual-destination']],
    ['client-external > edge-access tcp 443', []],
    ['other > edge-access tcp 443', ['unusual-source']],
    [`${OTHER_STRANGER} > edge-access tcp 443`, []],
    [`${OTHER_STRANGER} > edge-access tcp 5061`, []],
    [`edge-access > ${OTHER_STRANGER} tcp 5061`, []],
    ['edge-access > other tcp 5061', ['unusual-destination']],
  ])('%s: %j', (text, remarks) => {
    expect(judged(text)).toMatchObject({ verdict: 'expected', remarks })
  })

  test.each(['rules', 'port-order', 'first-packet'] as const)('a direction by %s is assumed', (basis) => {
    const expected = JUDGE.judge(conversation({ basis, certain: false }), []).answer
    expect(expected).toMatchObject({ verdict: 'expected', remarks: ['assumed-direction'] })
    const unexpected = JUDGE.judge(conversation({ basis, certain: false, respPort: 1 }), []).answer
    expect(unexpected).toMatchObject({ verdict: 'unexpected', remarks: ['assumed-direction'] })
    const unusual = JUDGE.judge(opened('other > edge-access tcp 443', { basis, certain: false }), []).answer
    expect(unusual.remarks).toEqual(['unusual-source', 'assumed-direction'])
  })

  test.each(['handshake', 'content', 'listener'] as const)('a direction by %s is not', (basis) => {
    expect(JUDGE.judge(conversation({ basis }), []).answer.remarks).toEqual([])
  })
})

describe('judging is a pure function', () => {
  const address = fc.constantFrom(...Object.values(ADDRESSES), STRANGER, OTHER_STRANGER, '239.1.1.1', '255.255.255.255')
  const seen = fc
    .record({
      service: fc.constantFrom('none', 'mtls', 'tls-one-way', 'http', 'ms-turn' as const),
      proof: fc.constantFrom(0, SSL_3_0),
      expired: fc.nat({ max: 1 }),
      respCertificate: fc.constantFrom(undefined, certificate(['fe99.contoso.local'])),
      origAddress: address,
      respAddress: address,
      transport: fc.constantFrom('tcp', 'udp', 'icmp'),
      respPort: fc.constantFrom(22, 53, 80, 443, 444, 445, 3478, 5061, 8080, 50001, 65535),
      basis: fc.constantFrom('handshake', 'listener', 'rules', 'first-packet' as const),
      refused: fc.integer({ min: 0, max: 2 }),
      established: fc.integer({ min: 0, max: 2 }),
      firstNs: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ refused, established, basis, ...fields }): Conversation => {
      const certain = basis === 'handshake' || basis === 'listener'
      return conversation({
        ...fields,
        basis: basis as Conversation['basis'],
        certain,
        outcomes: { refused, established },
      })
    })
  const several = fc.uniqueArray(seen, {
    maxLength: 30,
    selector: ({ transport, origAddress, respAddress, respPort, service, certain }) =>
      JSON.stringify([transport, origAddress, respAddress, respPort, service, certain]),
  })

  test('the same again gives the same', () => {
    fc.assert(
      fc.property(several, (conversations) => {
        const judge = createJudge(INVENTORY, DEFAULT_RULE_SET)
        const first = found(judge, conversations)
        expect(found(judge, conversations)).toEqual(first)
        expect(found(createJudge(INVENTORY, DEFAULT_RULE_SET), conversations)).toEqual(first)
      }),
      { numRuns: 50 },
    )
  })

  test('the order of the conversations does not matter', () => {
    const shuffled = several.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    fc.assert(
      fc.property(shuffled, ([conversations, inOtherOrder]) => {
        expect(found(JUDGE, inOtherOrder)).toEqual(found(JUDGE, conversations))
      }),
      { numRuns: 50 },
    )
  })

  test('a judge that has answered others answers as a new one would', () => {
    const hosts = [ADDRESSES.director, ADDRESSES['edge-internal'], ADDRESSES['edge-access'], STRANGER]
    const asked = hosts.flatMap((origAddress) =>
      hosts.flatMap((respAddress) =>
        ['tcp', 'udp', 'icmp'].flatMap((transport) =>
          [443, 3478, 5061].flatMap((respPort) =>
            [true, false].map((certain) => {
              const basis = certain ? 'handshake' : 'rules'
              return conversation({ origAddress, respAddress, transport, respPort, certain, basis })
            }),
          ),
        ),
      ),
    )
    const experienced = createJudge(INVENTORY, DEFAULT_RULE_SET)
    for (const one of [...asked, ...asked.toReversed()]) {
      expect(experienced.judge(one, [])).toEqual(createJudge(INVENTORY, DEFAULT_RULE_SET).judge(one, []))
    }
  })

  test('nothing of inventory and rules is changed', () => {
    const before = JSON.stringify([INVENTORY, DEFAULT_RULE_SET])
    found(createJudge(INVENTORY, DEFAULT_RULE_SET), [conversation(), opened(`${STRANGER} > director tcp 9`)])
    expect(JSON.stringify([INVENTORY, DEFAULT_RULE_SET])).toBe(before)
  })
})
