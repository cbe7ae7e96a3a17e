import { describe, expect, test } from 'vitest'
import type { Service } from '../../../src/evidence/service.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import type { Role } from '../../../src/inventory/roles.ts'
import { createJudge } from '../../../src/judge/judge.ts'
import { selectRules } from '../../../src/rules/pack.ts'
import { conversation, inventoryOfRoles } from '../../judge/samples.ts'

// Whole deployments: what their servers do all day is expected, and what nobody documents is not.

interface Deployment {
  readonly inventory: Inventory
  readonly addresses: Readonly<Record<string, string>>
}

/** Named addresses with their roles. */
function deployment(places: Readonly<Record<string, readonly Role[]>>): Deployment {
  const addresses = Object.fromEntries(Object.keys(places).map((name, index) => [name, `10.0.0.${index + 1}`]))
  const roles = Object.entries(places).map(([name, of]) => [addresses[name] ?? '', of] as const)
  return { inventory: inventoryOfRoles(Object.fromEntries(roles)), addresses }
}

/** `lb > node tcp 443`; a name that is no place is an address. */
function verdictOf(
  { inventory, addresses }: Deployment,
  text: string,
  names: readonly string[],
  service: Service = 'none',
) {
  const [orig = '', , resp = '', transport = '', port] = text.split(' ')
  const judge = createJudge(inventory, selectRules(names, 'full'))
  const ends = { origAddress: addresses[orig] ?? orig, respAddress: addresses[resp] ?? resp }
  return judge.judge(conversation({ ...ends, transport, respPort: Number(port), service }), []).answer
}

describe('a Director pool behind a hardware load balancer', () => {
  const pool = deployment({
    vip: ['director'],
    node: ['director'],
    other: ['director'],
    lb: ['load-balancer'],
    rp: ['reverse-proxy-internal'],
    client: ['client-internal'],
    fe: ['front-end'],
    edge: ['edge-internal'],
  })
  const ALL = ['lync-2013', 'windows-baseline']

  describe.each([80, 443, 4443, 8080])('web on %i', (port) => {
    test.each(['lb > node', 'vip > node'])('%s is expected, on every page of a pool too', (ends) => {
      for (const names of [ALL, ['lync-2013/director-dns-hlb'], ['lync-2013/director-hlb']]) {
        const answer = verdictOf(pool, `${ends} tcp ${port}`, names)
        expect(answer).toMatchObject({ verdict: 'expected', remarks: [] })
      }
    })
  })

  test.each([
    'client > vip tcp 443',
    'client > node tcp 80',
    'rp > vip tcp 4443',
    'rp > node tcp 8080',
    'edge > vip tcp 5061',
    'lb > node tcp 5061',
    'lb > node tcp 444',
    'node > fe tcp 444',
    'fe > node tcp 5061',
    'node > other tcp 5061',
  ])('%s is expected', (text) => {
    expect(verdictOf(pool, text, ALL)).toMatchObject({ verdict: 'expected', remarks: [] })
  })

  test.each(['lb > node tcp 3389', 'lb > node tcp 445', 'node > lb tcp 443', 'client > node tcp 4443'])(
    '%s is a finding',
    (text) => {
      expect(verdictOf(pool, text, ALL).verdict).toBe('unexpected')
    },
  )

  test('a single Director has no load balancer', () => {
    expect(verdictOf(pool, 'lb > node tcp 443', ['lync-2013/single-director']).verdict).toBe('unexpected')
  })
})

describe('an Edge with a single external address', () => {
  const edge = deployment({ outside: ['edge-access', 'edge-webconf', 'edge-av'], partner: ['federation-partner'] })
  const STRANGER = '203.0.113.200'

  test.each([
    ['tcp 443', 'edge-access-client-443'],
    ['tcp 444', 'edge-webconf-client-444'],
    ['tcp 5061', 'edge-access-client-5061'],
    ['udp 3478', 'edge-av-turn-3478'],
  ])('users reach %s by %s', (port, rule) => {
    expect(verdictOf(edge, `${STRANGER} > outside ${port}`, ['lync-2013'])).toMatchObject({ rule, remarks: [] })
  })

  test('partners reach 5061 as partners', () => {
    expect(verdictOf(edge, 'partner > outside tcp 5061', ['lync-2013']).rule).toBe('edge-access-federation-5061')
  })

  test.each<[string, Service, string]>([
    ['tcp 443', 'ms-turn', 'edge-av-turn-443'],
    ['tcp 443', 'tls-one-way', 'edge-access-client-443'],
    ['tcp 5061', 'tls-one-way', 'edge-access-client-5061'],
  ])('%s that is %s is %s', (port, service, rule) => {
    expect(verdictOf(edge, `${STRANGER} > outside ${port}`, ['lync-2013'], service).rule).toBe(rule)
  })
})

describe('an Edge with three external addresses', () => {
  const edge = deployment({ access: ['edge-access'], webconf: ['edge-webconf'], av: ['edge-av'] })
  const STRANGER = '203.0.113.200'

  test('has no users on 5061, where whoever comes owes a certificate', () => {
    const asked = (service: Service) => verdictOf(edge, `${STRANGER} > access tcp 5061`, ['lync-2013'], service)
    expect(asked('mtls')).toMatchObject({ verdict: 'expected', rule: 'edge-access-federation-5061' })
    expect(asked('tls-one-way').reason).toBe('protocol-mismatch')
  })

  test('has no web conferencing on 444', () => {
    expect(verdictOf(edge, `${STRANGER} > webconf tcp 444`, ['lync-2013'])).toMatchObject({
      verdict: 'unexpected',
      differs: ['responder'],
      nearestRule: 'edge-webconf-client-444',
    })
  })
})

describe('a pool with its surroundings', () => {
  const site = deployment({
    fe: ['front-end', 'cms-master'],
    fe2: ['front-end'],
    client: ['client-internal'],
    edge: ['edge-internal'],
    med: ['mediation'],
    gw: ['pstn-gateway'],
    sba: ['sba'],
    chat: ['persistent-chat'],
    wac: ['office-web-apps'],
    sql: ['sql-backend'],
    sql2: ['sql-backend'],
    share: ['file-store'],
    rp: ['reverse-proxy-internal'],
    published: ['reverse-proxy-external'],
    access: ['edge-access'],
    av: ['edge-av'],
    cloud: ['office-365'],
    admin: ['admin-station'],
  })

  test.each([
    ['client > fe tcp 5061', 'front-end-client-5061'],
    ['client > fe tcp 443', 'front-end-web-443'],
    ['client > fe udp 49152', 'audio-media-udp'],
    ['client > fe udp 57500', 'audio-media-udp'],
    ['client > fe udp 57501', 'video-media-udp'],
    ['client > fe tcp 65535', 'video-media-tcp'],
    ['client > fe tcp 50002', 'audio-media-tcp'],
    ['admin > fe tcp 50002', 'internal-cls-50002'],
    ['fe > fe2 tcp 50002', 'internal-cls-50002'],
    ['fe > fe2 tcp 5091', 'front-end-fabric-5090'],
    ['fe > fe2 tcp 49200', 'front-end-rpc-dynamic'],
    ['fe > fe2 tcp 445', 'internal-cms-445'],
    ['fe > med tcp 5070', 'mediation-pool-5070'],
    ['med > fe tcp 5061', 'front-end-sip-5061'],
    ['gw > med tcp 5067', 'mediation-gateway-5067'],
    ['med > gw tcp 5081', 'mediation-to-gateway-5081'],
    ['gw > med udp 50100', 'audio-media-udp'],
    ['med > fe udp 50100', 'audio-media-servers-udp'],
    ['sba > fe tcp 444', 'front-end-focus-444'],
    ['sba > fe tcp 5061', 'front-end-sip-5061'],
    ['fe > chat tcp 5041', 'persistent-chat-sip-5041'],
    ['fe > wac tcp 443', 'office-web-apps-443'],
    ['rp > wac tcp 443', 'office-web-apps-rp-443'],
    ['fe > sql tcp 1433', 'sql-backend-1433'],
    ['sql > sql2 tcp 5022', 'sql-backend-mirror-5022'],
    ['fe > share tcp 445', 'front-end-to-file-store-445'],
    ['203.0.113.7 > published tcp 443', 'reverse-proxy-443'],
    ['cloud > access tcp 5061', 'edge-access-office-365-5061'],
    ['av > cloud tcp 443', 'edge-av-to-office-365-443'],
    ['edge > fe tcp 5080', 'front-end-bandwidth-5080'],
  ])('%s is expected by %s', (text, rule) => {
    expect(verdictOf(site, text, ['lync-2013'])).toMatchObject({ verdict: 'expected', rule, remarks: [] })
  })

  test.each([
    'client > fe tcp 445',
    'client > fe tcp 135',
    'client > fe tcp 1433',
    'client > fe tcp 5063',
    'client > sql tcp 1433',
    'client > share tcp 445',
    'client > med tcp 5068',
    'fe2 > med tcp 445',
    'fe > edge tcp 1433',
    'edge > fe tcp 1433',
    'edge > sql tcp 1433',
    'edge > client tcp 443',
    'rp > wac tcp 8080',
    'av > cloud tcp 50100',
    'gw > fe tcp 5063',
    '10.9.9.9 > fe tcp 5061',
    '203.0.113.7 > published tcp 8080',
    'fe > fe2 udp 1435',
  ])('%s is a finding', (text) => {
    expect(verdictOf(site, text, ['lync-2013', 'windows-baseline']).verdict).toBe('unexpected')
  })

  test.each<[string, Service, string]>([
    ['client > fe tcp 50002', 'rtp', 'audio-media-tcp'],
    ['client > fe tcp 50002', 'mtls', 'internal-cls-50002'],
    ['edge > fe tcp 50001', 'net-framing', 'internal-cls-50001'],
    ['gw > med tcp 50003', 'rtp', 'audio-media-tcp'],
    ['203.0.113.7 > av tcp 50002', 'rtp', 'edge-av-media-tcp'],
  ])('where logging and media share a port, %s that is %s is %s', (text, service, rule) => {
    expect(verdictOf(site, text, ['lync-2013'], service).rule).toBe(rule)
  })

  test.each<[string, Service]>([
    ['fe > fe2 tcp 5063', 'sip'],
    ['med > gw tcp 5082', 'sip'],
    ['fe > med tcp 5070', 'sip'],
    ['client > fe tcp 8057', 'http'],
    ['edge > fe tcp 5080', 'tls-one-way'],
  ])('%s that is %s is the wrong protocol', (text, service) => {
    expect(verdictOf(site, text, ['lync-2013'], service).reason).toBe('protocol-mismatch')
  })

  test('a Front End that is no Central Management master may replicate to nobody', () => {
    expect(verdictOf(site, 'fe2 > med tcp 445', ['lync-2013'])).toMatchObject({
      reason: 'wrong-source',
      nearestRule: 'internal-cms-445',
    })
  })

  test('a workstation that talks to the media relay service is expected by Lync, and a finding of 2015', () => {
    const text = 'client > edge tcp 5062'
    expect(verdictOf(site, text, ['lync-2013'])).toMatchObject({ verdict: 'expected', remarks: ['unusual-source'] })
    expect(verdictOf(site, text, ['lync-2013', 'sfb-2015'])).toMatchObject({
      verdict: 'unexpected',
      nearestRule: 'sfb-edge-internal-mras-5062',
    })
  })
})
