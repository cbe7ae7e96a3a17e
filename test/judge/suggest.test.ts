import { describe, expect, it } from 'vitest'
import { EMPTY_INVENTORY, type Inventory } from '../../src/inventory/inventory.ts'
import type { Role } from '../../src/inventory/roles.ts'
import type { Conversation } from '../../src/judge/conversation.ts'
import { PresentedNames } from '../../src/judge/presented-names.ts'
import { type Suggestion, type Suggestions, suggest } from '../../src/judge/suggest.ts'
import { ADDRESSES, certificate, conversation, DEFAULT_RULE_SET, entry, INVENTORY, opened } from './samples.ts'

const UNKNOWN = '10.0.0.77'

function namesOf(conversations: readonly Conversation[]): PresentedNames {
  const names = new PresentedNames()
  for (const each of conversations) names.addConversation(each)
  return names
}

function suggestions(conversations: readonly Conversation[], inventory: Inventory = INVENTORY): Suggestions {
  return suggest([conversations], namesOf(conversations), inventory, DEFAULT_RULE_SET)
}

/** What is suggested for the one address that is asked about. */
function about(address: string, conversations: readonly Conversation[], inventory?: Inventory): Suggestion | undefined {
  return suggestions(conversations, inventory).list.find(({ addresses }) => addresses.includes(address))
}

/** The sample inventory without the roles that are asked about. */
function inventoryWithout(...roles: readonly Role[]): Inventory {
  return { entries: INVENTORY.entries.filter((each) => !each.roles.some((role) => roles.includes(role))) }
}

describe('a role is suggested', () => {
  it('by what an address accepts: Kerberos and the directory make a domain controller, DNS makes a name server', () => {
    const found = about(UNKNOWN, [
      opened(`director > ${UNKNOWN} tcp 88`, { service: 'kerberos' }),
      opened(`director > ${UNKNOWN} tcp 389`, { service: 'ldap' }),
      opened(`director > ${UNKNOWN} udp 53`, { service: 'dns' }),
    ])
    expect(found).toMatchObject({ confidence: 'clear', roles: ['domain-controller', 'dns-server'], alternatives: [] })
  })

  it('by what it opens to whom: only a reverse proxy opens 8080 and 4443 to a Director', () => {
    const found = about(UNKNOWN, [
      opened(`${UNKNOWN} > director tcp 8080`, { service: 'http' }),
      opened(`${UNKNOWN} > director tcp 4443`, { service: 'tls-one-way' }),
    ])
    expect(found).toMatchObject({ confidence: 'clear', roles: ['reverse-proxy-internal'] })
  })

  it('by System Center agents that call it', () => {
    const found = about(UNKNOWN, [opened(`director > ${UNKNOWN} tcp 5723`, { service: 'unidentified' })])
    expect(found).toMatchObject({ confidence: 'possible', roles: ['monitoring'] })
  })

  it('from its certificate: a client shows none where a server does', () => {
    const client = about(UNKNOWN, [opened(`${UNKNOWN} > director tcp 5061`, { service: 'tls-one-way' })])
    expect(client?.roles).toEqual(['client-internal'])
    const server = about(UNKNOWN, [
      opened(`${UNKNOWN} > director tcp 5061`, { service: 'mtls' }),
      opened(`${UNKNOWN} > director tcp 444`, { service: 'mtls' }),
      opened(`director > ${UNKNOWN} tcp 444`, { service: 'mtls' }),
    ])
    expect(server).toMatchObject({ confidence: 'clear', roles: ['front-end'] })
  })

  it('for both sides of an Edge by where their peers are', () => {
    const turn = { service: 'ms-turn' } as const
    const inside = about(UNKNOWN, [
      opened(`client-internal > ${UNKNOWN} tcp 443`, turn),
      opened(`client-internal > ${UNKNOWN} udp 3478`, turn),
    ])
    expect(inside?.roles).toEqual(['edge-internal'])
    const outside = about('192.0.2.77', [
      opened('198.51.100.9 > 192.0.2.77 tcp 443', turn),
      opened('198.51.100.9 > 192.0.2.77 udp 3478', turn),
    ])
    expect(outside?.roles).toEqual(['edge-av'])
  })

  it('of the Central Management master together with that of a Front End Server', () => {
    const found = about(UNKNOWN, [
      opened(`${UNKNOWN} > edge-internal tcp 4443`, { service: 'mtls' }),
      opened(`${UNKNOWN} > edge-internal tcp 23456`, { service: 'mtls' }),
      opened(`${UNKNOWN} > edge-internal tcp 8057`, { service: 'mtls' }),
      opened(`${UNKNOWN} > edge-internal tcp 5062`, { service: 'mtls' }),
    ])
    expect(found?.roles).toEqual(['front-end', 'cms-master'])
  })
})

describe('no role is suggested', () => {
  it('for an address that the inventory knows', () => {
    expect(suggestions([opened('front-end > director tcp 5061', { service: 'mtls' })])).toEqual({
      list: [],
      outside: 0,
    })
  })

  it('by a port alone that every Windows host has', () => {
    const found = about(UNKNOWN, [opened(`director > ${UNKNOWN} tcp 445`, { service: 'smb' })])
    expect(found).toMatchObject({ roles: [], confidence: undefined })
    expect(found?.clues).toMatchObject([{ kind: 'port', does: 'accepts', port: 445 }])
  })

  it('by a name alone', () => {
    const named = { service: 'tls-one-way', respCertificate: certificate(['dc01.contoso.local']) } as const
    const found = about(UNKNOWN, [opened(`client-internal > ${UNKNOWN} tcp 9443`, named)])
    expect(found).toMatchObject({ roles: [], confidence: undefined })
    expect(found?.names[0]?.name).toBe('dc01.contoso.local')
  })

  it('by what others tried and it refused', () => {
    const refused = { outcomes: { refused: 1 } }
    const found = about(UNKNOWN, [
      opened(`director > ${UNKNOWN} tcp 88`, refused),
      opened(`director > ${UNKNOWN} tcp 389`, refused),
      opened(`director > ${UNKNOWN} tcp 3268`, refused),
    ])
    expect(found?.roles).toEqual([])
  })

  it('for a scanner, however many ports it tries', () => {
    const ports = [135, 444, 445, 1433, 3389, 4443, 5060, 5061, 5062, 5985, 8057, 8080, 23456, 50001]
    const tries = ports.map((port) => opened(`${UNKNOWN} > director tcp ${port}`, { outcomes: { unanswered: 1 } }))
    expect(['possible', undefined]).toContain(about(UNKNOWN, tries)?.confidence)
  })

  it('for group addresses, broadcasts, and addresses that mean another host on every link', () => {
    const noise = [
      opened(`${ADDRESSES.director} > 239.255.255.250 udp 1900`),
      conversation({ origAddress: ADDRESSES.director, respAddress: '10.0.0.255', transport: 'udp', broadcast: 1 }),
      opened(`fe80::1 > ${ADDRESSES.director} tcp 443`),
      opened(`169.254.1.1 > ${ADDRESSES.director} tcp 443`),
    ]
    expect(suggestions(noise)).toEqual({ list: [], outside: 0 })
  })

  it('where nothing but the first packet tells who called', () => {
    const found = suggestions([
      opened(`${UNKNOWN} > director tcp 5061`, { certain: false, basis: 'first-packet', service: 'mtls' }),
    ])
    expect(found.list).toEqual([])
  })
})

describe('a suggestion', () => {
  it('is open where two roles explain the same: a Director and a Front End Server have nearly all ports in common', () => {
    const found = about(
      ADDRESSES.director,
      [
        opened('client-internal > director tcp 5061', { service: 'tls-one-way' }),
        opened('reverse-proxy-internal > director tcp 4443', { service: 'tls-one-way' }),
        opened('reverse-proxy-internal > director tcp 8080', { service: 'http' }),
      ],
      inventoryWithout('director'),
    )
    expect(found?.confidence).toBe('possible')
    expect([...(found?.roles ?? []), ...(found?.alternatives ?? [])].toSorted()).toEqual(['director', 'front-end'])
  })

  it('is tipped by the name where the traffic leaves it open', () => {
    const named = (name: string) => ({ service: 'tls-one-way', respCertificate: certificate([name]) }) as const
    const rolesBy = (name: string) =>
      about(
        ADDRESSES.director,
        [
          opened('client-internal > director tcp 5061', named(name)),
          opened('reverse-proxy-internal > director tcp 4443', named(name)),
        ],
        inventoryWithout('director'),
      )?.roles
    expect(rolesBy('dir01.contoso.local')).toEqual(['director'])
    expect(rolesBy('fe01.contoso.local')).toEqual(['front-end'])
  })

  it('rests on other suggestions where the inventory knows nobody, and says so', () => {
    const found = about(
      ADDRESSES['reverse-proxy-internal'],
      [
        opened('reverse-proxy-internal > director tcp 8080', { service: 'http' }),
        opened('reverse-proxy-internal > director tcp 4443', { service: 'tls-one-way' }),
        opened('client-internal > director tcp 5061', { service: 'tls-one-way' }),
        opened('director > front-end tcp 444', { service: 'mtls' }),
      ],
      EMPTY_INVENTORY,
    )
    expect(found?.roles).toEqual(['reverse-proxy-internal'])
    const [clue] = found?.clues ?? []
    expect(clue?.kind === 'port' && [clue.listedRoles.size, clue.suggestedRoles.size > 0]).toEqual([0, true])
  })

  it('does not depend on the order in which conversations come', () => {
    const conversations = [
      opened(`director > ${UNKNOWN} tcp 444`, { service: 'mtls', firstNs: 2 }),
      opened(`${UNKNOWN} > director tcp 444`, { service: 'mtls', firstNs: 1 }),
      opened('10.1.0.99 > director tcp 443', { service: 'tls-one-way', firstNs: 1 }),
    ]
    const text = (list: readonly Conversation[]) =>
      JSON.stringify(suggestions(list), (_, value) => (value instanceof Set ? [...value] : value))
    expect(text(conversations.toReversed())).toBe(text(conversations))
  })

  it('leaves out whoever only meets the Internet side, and counts them', () => {
    const found = suggestions([
      opened('198.51.100.9 > edge-access tcp 443', { service: 'tls-one-way' }),
      opened('198.51.100.8 > edge-access tcp 50001', { outcomes: { unanswered: 1 } }),
    ])
    expect(found).toEqual({ list: [], outside: 2 })
  })
})

describe('clients', () => {
  const signsIn = (address: string) => opened(`${address} > director tcp 5061`, { service: 'tls-one-way' })

  it('of one network are one suggestion, from three on', () => {
    const list = suggestions(['10.7.3.1', '10.7.3.2', '10.7.3.3', '10.8.0.1'].map(signsIn)).list
    expect(list.map(({ addresses, clients, roles }) => [addresses[0], clients, roles[0]])).toEqual([
      ['10.7.3.0/24', 3, 'client-internal'],
      ['10.8.0.1', 0, 'client-internal'],
    ])
  })

  it('stay apart where a server stands among them', () => {
    const server = [
      opened('director > 10.7.3.9 tcp 88', { service: 'kerberos' }),
      opened('director > 10.7.3.9 tcp 389', { service: 'ldap' }),
    ]
    const list = suggestions([...['10.7.3.1', '10.7.3.2', '10.7.3.3'].map(signsIn), ...server]).list
    expect(list.map(({ addresses }) => addresses[0]).toSorted()).toEqual([
      '10.7.3.1',
      '10.7.3.2',
      '10.7.3.3',
      '10.7.3.9',
    ])
  })
})

describe('an entry without an address', () => {
  const open = (name: string, roles: readonly Role[]): Inventory => ({
    entries: [...INVENTORY.entries, entry(name, roles, [])],
  })
  const called = (address: string, name: string) =>
    opened(`director > ${address} tcp 444`, { service: 'mtls', respCertificate: certificate([name]) })

  it('is clear by name and role', () => {
    const found = about(UNKNOWN, [called(UNKNOWN, 'fe09.contoso.local')], open('FE09.contoso.local.', ['front-end']))
    expect(found).toMatchObject({ confidence: 'clear', entry: { name: 'FE09.contoso.local.' } })
  })

  it('is only possible where the traffic shows another role', () => {
    const found = about(UNKNOWN, [called(UNKNOWN, 'fe09.contoso.local')], open('fe09.contoso.local', ['edge-internal']))
    expect(found).toMatchObject({ confidence: 'possible', entry: { roles: ['edge-internal'] } })
  })

  it('is a question where two addresses have its name', () => {
    const both = [called(UNKNOWN, 'fe09.contoso.local'), called('10.0.0.78', 'fe09.contoso.local')]
    const { list } = suggestions(both, open('fe09.contoso.local', ['front-end']))
    expect(list.map(({ confidence, entry: found }) => [confidence, found?.name])).toEqual([
      ['possible', 'fe09.contoso.local'],
      ['possible', 'fe09.contoso.local'],
    ])
  })

  it('is not found by what somebody asks for', () => {
    const asked = opened(`director > ${UNKNOWN} tcp 444`, { service: 'mtls', claim: 'fe09.contoso.local' })
    expect(about(UNKNOWN, [asked], open('fe09.contoso.local', ['front-end']))?.entry).toBeUndefined()
  })
})
