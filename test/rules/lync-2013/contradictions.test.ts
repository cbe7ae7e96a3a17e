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

/** The pages that corrections of the rule speak of. */
function correctedPages(id: string): readonly string[] {
  return rule(id)
    .references.filter(({ kind }) => kind === 'correction')
    .map(({ page }) => page)
}

const SINGLE_DIRECTOR = ['lync-2013/single-director']
const NAT = ['lync-2013/single-edge-nat']
const PUBLIC = ['lync-2013/single-edge-public']
const HLB = ['lync-2013/scaled-edge-hlb']
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

  test('reaches every internal server, as the overview says', () => {
    expect(rule(`internal-cls-${port}`).responders).toEqual(['front-end', 'mediation', 'sba', 'sbs', 'persistent-chat'])
    expect(standing(`internal-cls-${port}`, ['lync-2013'])).toEqual(['absent', 'absent', 'allows'])
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

  test('owes mutual TLS between servers and TLS from clients and load balancers', () => {
    const sip = selectRules(['lync-2013'], 'full').rules.filter(({ rule: { ports } }) => ports[0]?.first === 5061)
    const owed = (protocol: string) =>
      sip.filter((each) => each.rule.protocol === protocol).map(({ rule: { id } }) => id)
    expect(owed('sip-tls')).toEqual([
      'director-client-5061',
      'front-end-client-5061',
      'edge-access-client-5061',
      'director-balanced-5061',
      'front-end-balanced-5061',
    ])
    expect(owed('sip-mtls')).toHaveLength(sip.length - 5)
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
    ['edge-av-to-media-tcp', ['lync-2013/scaled-edge-dns-nat'], ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-media-tcp', ['lync-2013/scaled-edge-dns-public'], ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-media-tcp', HLB, ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-media-udp', HLB, ['allows', 'allows', 'withdrawn']],
    ['edge-av-to-pic-media-tcp', ['lync-2013/public-im'], ['absent', 'absent', 'withdrawn']],
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

describe('media of public IM services printed at Access Edge', () => {
  const PUBLIC_IM = ['lync-2013/public-im']

  test.each(['edge-access-to-pic-media-tcp', 'edge-access-to-pic-turn-3478', 'edge-access-pic-turn-3478'])(
    '%s stays as printed, and is withdrawn under the full reading',
    (id) => {
      expect(standing(id, PUBLIC_IM)).toEqual(['allows', 'allows', 'withdrawn'])
      expect(standing(id, ['lync-2013/federation'])).toEqual(['allows', 'allows', 'withdrawn'])
      expect(standing(id, NAT)).toEqual(['absent', 'absent', 'absent'])
    },
  )

  test.each(['edge-av-to-pic-turn-3478', 'edge-av-pic-turn-3478'])('%s is what the row means', (id) => {
    expect(standing(id, PUBLIC_IM)).toEqual(['absent', 'absent', 'allows'])
    expect(standing(id, NAT)).toEqual(['allows', 'allows', 'allows'])
  })
})

describe('senders that only the page with hardware load balancers names', () => {
  test('Directors are no usual senders of web conferencing data', () => {
    expect(rule('edge-internal-psom-8057').usualOriginators).toEqual(['front-end'])
    expect(correctedPages('edge-internal-psom-8057')).toEqual(['scaled-edge-hlb'])
  })

  test.each(['edge-internal-turn-3478', 'edge-internal-turn-443'])('%s has its servers and internal clients', (id) => {
    expect(rule(id).originators).toEqual(['any'])
    expect(rule(id).usualOriginators).toEqual(expect.arrayContaining(['director', 'front-end', 'client-internal']))
    expect(correctedPages(id)).toEqual(['scaled-edge-hlb'])
  })
})

test('443 from the Edge to the internal network, of one page only, is withdrawn under the full reading', () => {
  expect(standing('edge-internal-to-turn-443', HLB)).toEqual(['allows', 'allows', 'withdrawn'])
  expect(standing('edge-internal-to-turn-443', ['lync-2013'])).toEqual(['allows', 'allows', 'withdrawn'])
})

describe('Office Web Apps behind the reverse proxy', () => {
  const AUTODISCOVER = ['lync-2013/autodiscover']

  test.each([8080, 4443])('%i of the Autodiscover page is withdrawn under the full reading', (port) => {
    expect(standing(`office-web-apps-rp-${port}`, AUTODISCOVER)).toEqual(['allows', 'allows', 'withdrawn'])
    expect(standing(`office-web-apps-rp-${port}`, ['lync-2013/reverse-proxy'])).toEqual(['absent', 'absent', 'absent'])
  })

  test('is reached on 443 instead', () => {
    expect(standing('office-web-apps-rp-443', AUTODISCOVER)).toEqual(['absent', 'absent', 'allows'])
    expect(standing('office-web-apps-rp-443', ['lync-2013/reverse-proxy'])).toEqual(['allows', 'allows', 'allows'])
  })
})

test('ports of the pool printed as plain TCP owe mutual TLS', () => {
  const printed = selectRules(['lync-2013'], 'full').rules.filter(({ references }) =>
    references.some(({ says }) => says?.includes('plain TCP')),
  )
  expect(printed.map((each) => each.rule.protocol)).toEqual(Array.from(printed, () => 'sip-mtls'))
  const ports = printed.map((each) => each.rule.ports[0]?.first ?? 0)
  expect(ports.sort((a, b) => a - b)).toEqual([5062, 5063, 5065, 5070, 5071, 5072, 5073, 5075, 5076, 5080])
})

test('web ports that the load balancer tables lack for Directors are passed on to them all the same', () => {
  for (const port of [80, 8080]) {
    expect(standing(`director-balanced-${port}`, INTERNAL)).toEqual(['absent', 'absent', 'allows'])
    expect(standing(`director-balanced-${port}`, ['lync-2013/director-dns-hlb'])).toEqual([
      'absent',
      'absent',
      'allows',
    ])
  }
  for (const port of [443, 444, 4443, 5061]) expect(standing(`director-balanced-${port}`, INTERNAL)[0]).toBe('allows')
})

describe('an Edge with a single external address', () => {
  test.each([
    ['edge-access-client-5061', 5061, 'sip-tls'],
    ['edge-webconf-client-444', 444, 'psom-tls'],
  ])('%s has %i where Edge services share the address', (id, port, protocol) => {
    expect(rule(id)).toMatchObject({ originators: ['any'], ports: [{ first: port, last: port }], protocol })
    expect(rule(id).sharedWith).toContain('edge-av')
    expect(standing(id, ['lync-2013'])).toEqual(['absent', 'absent', 'allows'])
  })

  test('keeps 443 for A/V', () => {
    const pages = rule('edge-av-turn-443').references.map(({ page }) => page)
    expect(pages).toContain('edge-topology')
  })
})

describe('media ranges of Front Ends and Mediation Servers', () => {
  test.each([
    ['audio-media-udp', { start: 49152, count: 8348 }, { first: 49152, last: 57500 }],
    ['audio-media-tcp', { start: 49152, count: 8348 }, { first: 49152, last: 57500 }],
    ['video-media-udp', { start: 57501, count: 8034 }, { first: 57501, last: 65535 }],
    ['video-media-tcp', { start: 57501, count: 8034 }, { first: 57501, last: 65535 }],
    ['application-sharing-media', { start: 49152, count: 16383 }, { first: 49152, last: 65535 }],
    ['edge-av-media-udp', { start: 50000, count: 10000 }, { first: 50000, last: 59999 }],
  ])('%s keeps start and count, and accepts the end that the port page prints', (id, mediaRange, ports) => {
    expect(rule(id)).toMatchObject({ mediaRange, ports: [ports] })
  })
})

test('UCWA has 5088 inside and 5089 outside, as topology documents have it', () => {
  expect(rule('front-end-ucwa-5088').purpose).toContain('internal')
  expect(rule('front-end-ucwa-5089').purpose).toContain('external')
  expect(correctedPages('front-end-ucwa-5088')).toEqual(['mobility-technical'])
})

test('internal clients use the Director, whatever its page on certificates says', () => {
  for (const id of ['director-client-80', 'director-client-443', 'director-client-5061']) {
    expect(correctedPages(id)).toContain('director-certificates')
    expect(standing(id, ['lync-2013'])).toEqual(['allows', 'allows', 'allows'])
  }
})

test('the logging agent is found under both spellings', () => {
  const said = rule('director-cls-50001')
    .references.map((each) => each.says)
    .join(' ')
  expect(said).toContain('ClsAgent.exe')
  expect(said).toContain('ClasAgent.exe')
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

describe('XMPP', () => {
  test('outbound, which three external tables lack, is a row of the same pages', () => {
    for (const page of [NAT, PUBLIC, HLB]) {
      expect(standing('edge-access-to-xmpp-5269', page)).toEqual(['allows', 'allows', 'allows'])
      expect(standing('edge-access-xmpp-5269', page)).toEqual(['allows', 'allows', 'allows'])
    }
    expect(correctedPages('edge-access-to-xmpp-5269')).toEqual([
      'single-edge-nat',
      'single-edge-public',
      'scaled-edge-dns-public',
    ])
  })

  test('has 23456 on the Edge, and 5098 on the Front End', () => {
    expect(rule('edge-internal-xmpp-23456').responders).toEqual(['edge-internal'])
    expect(rule('front-end-xmpp-gateway-5098').responders).toEqual(['front-end'])
    expect(correctedPages('edge-internal-xmpp-23456')).toEqual(['xmpp-federation', 'federation'])
  })
})

test('replication on 445, which no Director page lists, comes from the CMS master to the Director', () => {
  expect(rule('director-cms-445')).toMatchObject({ originators: ['cms-master'], protocol: 'smb' })
  expect(standing('director-cms-445', INTERNAL)).toEqual(['allows', 'allows', 'allows'])
  expect(standing('director-cms-445', SINGLE_DIRECTOR)).toEqual(['absent', 'absent', 'allows'])
})
