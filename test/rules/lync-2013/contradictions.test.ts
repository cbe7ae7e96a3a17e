import { describe, expect, test } from 'vitest'
import { selectRules } from '../../../src/rules/pack.ts'
import type { Reading } from '../../../src/rules/reference.ts'

// Where the pages contradict each other or themselves: what each reading makes of it.

/** "absent", "withdrawn" or "allows" under each reading of the chosen pages, most literal reading first. */
function standing(id: string, names: readonly string[]): readonly string[] {
  const readings: readonly Reading[] = ['published', 'prose', 'full']
  return readings.map((reading) => {
    const found = selectRules(names, reading).rules.find((each) => each.rule.id === id)
    if (found === undefined) return 'absent'
    return found.withdrawn ? 'withdrawn' : 'allows'
  })
}

function rule(id: string) {
  const found = selectRules(['lync-2013'], 'full').rules.find((each) => each.rule.id === id)
  if (found === undefined) throw new Error(`no rule ${id}`)
  return found.rule
}

const SINGLE_DIRECTOR = ['lync-2013/single-director']
const NAT = ['lync-2013/single-edge-nat']
const PUBLIC = ['lync-2013/single-edge-public']
const INTERNAL = ['lync-2013/internal-servers']

describe.each([50001, 50002, 50003])('Centralized Logging on %i', (port) => {
  test("stays at the Edge on the single Director's page, as published", () => {
    expect(standing(`edge-internal-cls-${port}`, SINGLE_DIRECTOR)).toEqual(['allows', 'allows', 'allows'])
  })

  test("reaches the Director by correction of the single Director's page, by table on the pool pages", () => {
    expect(standing(`director-cls-${port}`, SINGLE_DIRECTOR)).toEqual(['absent', 'absent', 'allows'])
    expect(standing(`director-cls-${port}`, ['lync-2013/director-hlb'])[0]).toBe('allows')
    expect(standing(`director-cls-${port}`, ['lync-2013/director-dns-hlb'])[0]).toBe('allows')
    const related = selectRules(['lync-2013/cls-overview'], 'full').rules.map((each) => each.rule.id)
    expect(related).toContain(`director-cls-${port}`)
  })

  test('lies inside the media range of A/V Edge, which allows it too', () => {
    const media = rule('edge-av-media-tcp')
    expect([media.originators, media.responders]).toEqual([['any'], ['edge-av']])
    expect(media.ports.some(({ first, last }) => first <= port && port <= last)).toBe(true)
    expect(standing('edge-av-media-tcp', NAT)).toEqual(['allows', 'allows', 'allows'])
    expect(standing('edge-av-media-udp', PUBLIC)).toEqual(['allows', 'allows', 'allows'])
  })
})

describe('SIP on 5061 that the Director tables lack', () => {
  test.each(['single-director', 'director-dns-hlb', 'director-hlb'])('%s has it to the Edge in its prose', (page) => {
    expect(standing('edge-internal-next-hop-5061', [`lync-2013/${page}`])).toEqual(['absent', 'allows', 'allows'])
  })

  test.each(['director-front-end-5061', 'director-to-front-end-5061', 'director-client-5061'])(
    '%s is a row of internal servers and a correction of the Director page',
    (id) => {
      expect(standing(id, INTERNAL)).toEqual(['allows', 'allows', 'allows'])
      expect(standing(id, SINGLE_DIRECTOR)).toEqual(['absent', 'absent', 'allows'])
    },
  )

  test('owes mutual TLS between servers and TLS from clients', () => {
    const sip = selectRules(['lync-2013'], 'full').rules.filter(({ rule: { ports } }) => ports[0]?.first === 5061)
    const owed = sip.map(({ rule: each }) => [each.originators.includes('client-internal'), each.protocol])
    expect(new Set(owed.map(String))).toEqual(new Set(['true,sip-tls', 'false,sip-mtls']))
    expect(rule('director-client-5061').protocol).toBe('sip-tls')
  })
})

describe('media ports printed as destination that are the source', () => {
  test.each([
    ['edge-av-to-media-tcp', NAT, ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-media-tcp', PUBLIC, ['absent', 'absent', 'withdrawn']],
    ['edge-av-to-media-udp', NAT, ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-media-udp', PUBLIC, ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-pic-media-tcp', NAT, ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-pic-media-tcp', PUBLIC, ['allows', 'allows', 'withdrawn']],
  ])('%s of %j', (id, names, wanted) => {
    expect(standing(id, names)).toEqual(wanted)
  })

  test('go to TCP 443 and UDP 3478 instead', () => {
    expect(rule('edge-av-to-turn-443')).toMatchObject({
      originators: ['edge-av'],
      responders: ['any'],
      transport: 'tcp',
      ports: [{ first: 443, last: 443 }],
      originatorPorts: [{ first: 50000, last: 59999 }],
    })
    expect(rule('edge-av-to-turn-3478')).toMatchObject({
      transport: 'udp',
      ports: [{ first: 3478, last: 3478 }],
      originatorPorts: [{ first: 3478, last: 3478 }],
    })
    expect(standing('edge-av-to-turn-443', NAT)).toEqual(['allows', 'allows', 'allows'])
    expect(standing('edge-av-to-turn-3478', PUBLIC)).toEqual(['allows', 'allows', 'allows'])
  })

  test('leave nothing that allows an Edge to open that range under the full reading', () => {
    const open = selectRules(['lync-2013'], 'full').rules.filter(
      (each) => !each.withdrawn && /^edge-/.test(each.rule.originators[0] ?? '') && each.rule.ports[0]?.first === 50000,
    )
    expect(open).toEqual([])
  })
})

test('Access Edge as the sender of media stays as printed, and is withdrawn under the full reading', () => {
  expect(standing('edge-access-to-media-tcp', PUBLIC)).toEqual(['allows', 'allows', 'withdrawn'])
  expect(selectRules(NAT, 'published').rules.map((each) => each.rule.id)).not.toContain('edge-access-to-media-tcp')
})

describe('444, 80 and 443 that two pages draw in two directions', () => {
  test('444 is allowed from the Director and to it', () => {
    expect(standing('director-to-front-end-444', SINGLE_DIRECTOR)).toEqual(['allows', 'allows', 'allows'])
    expect(standing('director-front-end-444', SINGLE_DIRECTOR)).toEqual(['absent', 'absent', 'allows'])
    expect(standing('director-to-front-end-444', INTERNAL)[0]).toBe('allows')
    expect(standing('director-front-end-444', INTERNAL)[0]).toBe('allows')
  })

  test.each([80, 443])('%i is allowed from clients to the Director and from the Director to the web farm', (port) => {
    expect(standing(`director-client-${port}`, SINGLE_DIRECTOR)).toEqual(['allows', 'allows', 'allows'])
    expect(standing(`director-to-web-farm-${port}`, INTERNAL)).toEqual(['allows', 'allows', 'allows'])
    expect(standing(`director-to-web-farm-${port}`, SINGLE_DIRECTOR)).toEqual(['absent', 'absent', 'allows'])
    expect(rule(`director-to-web-farm-${port}`).responders).toContain('front-end')
  })
})

test('XMPP outbound, which the external tables lack, is a row of the same pages', () => {
  for (const page of [NAT, PUBLIC]) {
    expect(standing('edge-access-to-xmpp-5269', page)).toEqual(['allows', 'allows', 'allows'])
    expect(standing('edge-access-xmpp-5269', page)).toEqual(['allows', 'allows', 'allows'])
  }
  const kinds = rule('edge-access-to-xmpp-5269').references.map((each) => each.kind)
  expect(kinds).toEqual(['table', 'table', 'correction', 'correction'])
})

test('replication on 445, which no Director page lists, comes from the CMS master to the Director', () => {
  expect(rule('director-cms-445')).toMatchObject({ originators: ['cms-master'], protocol: 'smb' })
  expect(standing('director-cms-445', INTERNAL)).toEqual(['allows', 'allows', 'allows'])
  expect(standing('director-cms-445', SINGLE_DIRECTOR)).toEqual(['absent', 'absent', 'allows'])
})
