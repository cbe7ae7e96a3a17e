import { describe, expect, it } from 'vitest'
import { captureSets } from '../src/capture/capture-set.ts'
import { EMPTY_INVENTORY, type Inventory, type InventoryEntry } from '../src/inventory/inventory.ts'
import { compileLookup } from '../src/inventory/lookup.ts'
import type { Suggestion, Suggestions } from '../src/judge/suggest.ts'
import { suggestFrom } from '../src/suggest.ts'
import { FULL_RULES, inventoryOf, sample, sampleInventory } from './support/analysis.ts'

async function suggested(capture: string, inventory: Inventory): Promise<Suggestions> {
  return suggestFrom(await captureSets([sample(capture)], undefined), inventory, FULL_RULES, () => {})
}

/** `10.0.0.30 clear reverse-proxy-internal`: the first address, how sure, and what. */
function line({ addresses, confidence, roles, alternatives }: Suggestion): string {
  const or = alternatives.length === 0 ? '' : ` or ${alternatives.join('+')}`
  return `${addresses[0]} ${confidence ?? 'untold'} ${roles.join('+')}${or}`.trimEnd()
}

function sureLines({ list }: Suggestions): readonly string[] {
  return list.filter(({ confidence }) => confidence === 'clear' || confidence === 'likely').map(line)
}

const SAMPLES = [
  ['director.pcapng', 'director.yaml'],
  ['edge.pcap', 'edge.yaml'],
] as const

describe('without an inventory', () => {
  it('shows who is who around a Director, and leaves open what two roles would explain', async () => {
    const { list } = await suggested('director.pcapng', EMPTY_INVENTORY)
    expect(list.map(line)).toEqual([
      '10.0.0.16 possible director or front-end',
      '10.0.0.20 likely edge-internal',
      '10.0.0.30 clear reverse-proxy-internal',
      '10.0.0.40 possible front-end or director',
      '10.1.0.10 likely client-internal',
      '10.0.0.10 clear domain-controller+dns-server',
      '10.0.0.50 likely admin-station or domain-controller',
      '10.9.9.9 untold',
      '10.0.0.41 likely front-end',
      '10.0.0.60 likely sql-backend',
      '10.0.0.44 likely front-end or director',
      '10.1.0.12 untold',
      '10.0.0.43 likely front-end',
      '10.0.0.42 untold',
      '10.1.0.11 possible client-internal',
      '2001:db8:1::10 possible client-internal',
      '2001:db8:10::10 likely dns-server',
      '2001:db8:9::9 untold',
      '10.0.0.99 untold',
      '10.0.0.77 untold',
    ])
  })

  it('shows both sides of an Edge, and counts who only meets the outer one', async () => {
    const suggestions = await suggested('edge.pcap', EMPTY_INVENTORY)
    expect(sureLines(suggestions)).toEqual([
      '10.0.0.20 likely edge-internal',
      '192.0.2.20 clear edge-access',
      '10.0.0.16 likely director',
      '192.0.2.22 clear edge-av',
      '10.0.0.40 clear front-end+cms-master',
      '10.0.0.50 likely admin-station',
      '203.0.113.5 likely federation-partner or edge-access',
      '203.0.113.25 likely xmpp-partner',
      '198.51.100.53 clear dns-server',
    ])
    expect(suggestions.outside).toBe(8)
  })

  it.each(SAMPLES)('is never sure of a role in %s that the inventory does not have', async (capture, file) => {
    const truth = compileLookup(sampleInventory(file))
    const { list } = await suggested(capture, EMPTY_INVENTORY)
    const wrong = list.filter(({ addresses, roles, confidence }) => {
      const known = truth(addresses[0] ?? '')?.roles
      return known !== undefined && confidence !== 'possible' && roles.some((role) => !known.includes(role))
    })
    expect(wrong.map(line)).toEqual([])
  })

  it('joins the two addresses of a machine that present the same certificate', async () => {
    const { list } = await suggested('director.pcapng', EMPTY_INVENTORY)
    expect(list[0]?.addresses).toEqual(['10.0.0.16', '2001:db8:10::16'])
    expect(list[0]?.names[0]).toMatchObject({ kind: 'certificate', name: 'dir01.contoso.local' })
  })
})

/** What comes back of each entry that is taken out of the inventory, if the capture has its addresses. */
async function comeBack(capture: string, file: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const inventory = sampleInventory(file)
  const found: Record<string, readonly string[]> = {}
  for (const entry of inventory.entries) {
    const { list } = await suggested(capture, without(inventory, entry))
    const own = compileLookup({ entries: [entry] })
    const about = list.filter(({ addresses }) => own(addresses[0]?.replace(/0\/.*/, '10') ?? '') !== undefined)
    if (about.length > 0) found[entry.name] = about.map(line)
  }
  return found
}

function without(inventory: Inventory, entry: InventoryEntry): Inventory {
  return { entries: inventory.entries.filter((each) => each !== entry) }
}

describe('an entry that is missing', () => {
  it('comes back from the capture of a Director', async () => {
    expect(await comeBack('director.pcapng', 'director.yaml')).toEqual({
      'dir01.contoso.local': ['10.0.0.16 possible director or front-end'],
      'edge01 internal': ['10.0.0.20 likely edge-internal or front-end'],
      'rp01 internal': ['10.0.0.30 clear reverse-proxy-internal'],
      'pool01.contoso.local': [
        '10.0.0.41 likely front-end',
        '10.0.0.44 clear front-end',
        '10.0.0.43 likely front-end',
        '10.0.0.42 untold',
      ],
      'dc01.contoso.local': ['10.0.0.10 clear domain-controller+dns-server', '2001:db8:10::10 likely dns-server'],
      'admin01.contoso.local': ['10.0.0.50 possible admin-station or domain-controller'],
      // The Director has no business with it, which is what the sample is to show.
      'sql01.contoso.local': ['10.0.0.60 possible sql-backend'],
      'Seoul clients': ['10.1.0.0/24 likely client-internal', '2001:db8:1::10 possible client-internal'],
    })
  })

  it('comes back from the capture of an Edge', async () => {
    expect(await comeBack('edge.pcap', 'edge.yaml')).toEqual({
      'edge01 internal': ['10.0.0.20 clear edge-internal'],
      'sip.contoso.com': ['192.0.2.20 clear edge-access'],
      'webcon.contoso.com': ['192.0.2.21 possible edge-webconf'],
      'av.contoso.com': ['192.0.2.22 clear edge-av', '2001:db8:ff::22 untold'],
      'dir01.contoso.local': ['10.0.0.16 likely director or front-end'],
      // Nothing but attempts that failed, or one flow that no rule allows.
      'pool01.contoso.local': ['10.0.0.41 untold', '10.0.0.44 untold'],
      'dc01.contoso.local': ['10.0.0.10 untold'],
      'admin01.contoso.local': ['10.0.0.50 likely admin-station'],
      'sql01.contoso.local': ['10.0.0.60 untold'],
      // The sample has a client that behaves like a server: wrong, and only possible.
      'Seoul clients': ['10.1.0.11 possible front-end', '10.1.0.10 possible client-internal'],
      'sip.fabrikam.com': ['203.0.113.5 likely federation-partner'],
      'xmpp.adatum.com': ['203.0.113.25 clear xmpp-partner'],
      'public IM provider': ['203.0.113.30 possible federation-partner or client-external+pic-partner'],
    })
  })
})

describe('an entry without an address', () => {
  const open = inventoryOf(`endpoints:
  - { name: dir01.contoso.local, address: unknown, role: director }
  - { name: edge01.contoso.local internal, address: unknown, role: edge-internal }
  - { name: backup01.contoso.local, address: unknown, role: other }
  - { name: FE01.contoso.local, address: unknown, role: [front-end, cms-master] }
  - { name: nobody.contoso.local, address: unknown, role: mediation }
`)

  it('is found by the name that an address presents, and by its role', async () => {
    const { list } = await suggested('director.pcapng', open)
    const found = list.filter(({ entry }) => entry !== undefined)
    expect(found.map(({ addresses, entry, confidence }) => [entry?.name, addresses[0], confidence])).toEqual([
      ['dir01.contoso.local', '10.0.0.16', 'clear'],
      ['edge01.contoso.local internal', '10.0.0.20', 'clear'],
      ['FE01.contoso.local', '10.0.0.40', 'clear'],
      ['backup01.contoso.local', '10.0.0.77', 'likely'],
    ])
  })

  it('is not the other address of the Edge that shows the same certificate', async () => {
    const { list } = await suggested('edge.pcap', open)
    const found = list.filter(({ entry }) => entry?.name === 'edge01.contoso.local internal')
    expect(found.map(({ addresses }) => addresses[0])).not.toContain('192.0.2.22')
    expect(found.map(({ addresses }) => addresses[0])).toContain('10.0.0.20')
  })
})
