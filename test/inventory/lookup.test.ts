import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAddress, type Point, parseAddress } from '../../src/inventory/address.ts'
import { parseRange, rangeOf } from '../../src/inventory/address-range.ts'
import { EMPTY_INVENTORY, type Inventory, type InventoryEntry } from '../../src/inventory/inventory.ts'
import { InventoryError } from '../../src/inventory/inventory-error.ts'
import { compileDirectedBroadcast, compileLookup } from '../../src/inventory/lookup.ts'
import { ROLES, type Role } from '../../src/inventory/roles.ts'

function entry(name: string, addresses: string, ...roles: readonly Role[]): InventoryEntry {
  const ranges = addresses.split(' ').map((text) => {
    const range = parseRange(text)
    if ('fault' in range) throw new Error(`${text} ${range.fault}`)
    return range
  })
  return { name, roles, ranges, file: 'inventory.yaml', line: 1 }
}

const DEPLOYMENT: Inventory = {
  entries: [
    entry('Seoul', '10.0.0.0/8 2001:db8::/32', 'client-internal'),
    entry('server room', '10.0.0.0/24', 'other'),
    entry('dir01', '10.0.0.16 2001:db8::16', 'director'),
    entry('fe pool', '10.0.0.40 10.0.0.41-10.0.0.44', 'front-end'),
    entry('fe01', '10.0.0.41', 'front-end', 'cms-master'),
    entry('monitoring on the pool', '10.0.0.40-10.0.0.44', 'monitoring', 'front-end'),
  ],
}

describe('a look-up', () => {
  const lookup = compileLookup(DEPLOYMENT)

  it.each([
    ['10.200.0.1', 'Seoul', ['client-internal']],
    ['2001:db8:ffff::1', 'Seoul', ['client-internal']],
    ['10.0.0.0', 'server room', ['other']],
    ['10.0.0.255', 'server room', ['other']],
    ['10.0.1.0', 'Seoul', ['client-internal']],
    ['10.0.0.16', 'dir01', ['director']],
    ['2001:db8::16', 'dir01', ['director']],
    ['10.0.0.17', 'server room', ['other']],
    ['10.0.0.40', 'fe pool', ['front-end', 'monitoring']],
    ['10.0.0.41', 'fe01', ['front-end', 'cms-master']],
    ['10.0.0.44', 'fe pool', ['front-end', 'monitoring']],
    ['::ffff:10.0.0.16', 'dir01', ['director']],
  ])('finds the most specific entry for %s', (address, name, roles) => {
    expect(lookup(address)).toMatchObject({ name, roles })
  })

  it.each([
    '9.255.255.255',
    '11.0.0.0',
    '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db9::',
    '::',
    '',
    'dir01',
    '10.0.0.300',
  ])("finds nothing for '%s'", (address) => {
    expect(lookup(address)).toBeUndefined()
  })

  it('names all entries for the set of addresses, and is the same object for each of them', () => {
    const placement = lookup('10.0.0.40')
    expect(placement?.entries.map(({ name }) => name)).toEqual(['fe pool', 'monitoring on the pool'])
    expect(lookup('10.0.0.44')).toBe(placement)
  })

  it('finds the last addresses of both families', () => {
    const all = compileLookup({ entries: [entry('IPv4', '0.0.0.0/0', 'other'), entry('IPv6', '::/0', 'other')] })
    expect(all('255.255.255.255')?.name).toBe('IPv4')
    expect(all('::')?.name).toBe('IPv6')
    expect(all('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')?.name).toBe('IPv6')
  })

  it('keeps an IPv6 network that ends in IPv4-mapped addresses apart from IPv4', () => {
    const low = compileLookup({ entries: [entry('low', '::/80', 'other')] })
    expect(low('::fffe:ffff:ffff')?.name).toBe('low')
    expect(low('255.255.255.255')).toBeUndefined()
  })

  it('finds nothing in an empty inventory', () => {
    expect(compileLookup(EMPTY_INVENTORY)('10.0.0.1')).toBeUndefined()
  })

  it('works on an inventory that was kept as JSON', () => {
    expect(compileLookup(JSON.parse(JSON.stringify(DEPLOYMENT)))('10.0.0.41')?.name).toBe('fe01')
  })

  it('is refused for an inventory whose entries cross', () => {
    const crossing = { entries: [entry('a', '10.0.0.1-10.0.0.9', 'other'), entry('b', '10.0.0.5-10.0.0.12', 'other')] }
    expect(() => compileLookup(crossing)).toThrow(InventoryError)
  })
})

/** A family's first address and how far apart the generated addresses lie, so that they reach its ends. */
const LINES = [
  { base: parseAddress('0.0.0.0') ?? 0n, step: 1n << 24n },
  { base: parseAddress('10.0.0.0') ?? 0n, step: 1n },
  { base: parseAddress('::') ?? 0n, step: 1n << 120n },
  { base: parseAddress('2001:db8::ffff:ffff:ffff:ff80') ?? 0n, step: 1n },
]
const LINE_LENGTH = 256

interface Interval {
  readonly first: number
  readonly last: number
}

/** Sets of intervals of 0 to 255, any two of which are apart, equal or one inside the other. */
function laminarSets(choices: readonly number[]): readonly (readonly Interval[])[] {
  let next = 0
  const choose = (below: number): number => (choices[next++ % choices.length] ?? 0) % below
  const sets: (readonly Interval[])[] = []
  const divide = ({ first, last }: Interval, depth: number): void => {
    const parts: Interval[] = []
    for (let at = first + choose(3); at <= last && parts.length < 4; at += 1 + choose(9)) {
      const end = Math.min(last, at + choose(last - at + 1))
      parts.push({ first: at, last: end })
      at = end + 1
    }
    if (choose(3) === 0 && parts.length > 0) sets.push(parts)
    else sets.push(...parts.map((part) => [part]))
    if (choose(4) === 0) sets.push(...sets.slice(-1))
    if (depth > 0) for (const part of parts) divide(part, depth - 1)
  }
  divide({ first: 0, last: LINE_LENGTH - 1 }, 3)
  return sets
}

/** Writes a set with its intervals cut in two where they can be, which must make no difference. */
function entryOf(set: readonly Interval[], index: number, line: (typeof LINES)[number]): InventoryEntry {
  const point = (at: number): Point => line.base + BigInt(at) * line.step
  const ranges = set.flatMap(({ first, last }) => {
    const middle = index % 2 === 0 ? last : Math.floor((first + last) / 2)
    const halves = [
      { first, last: middle },
      { first: middle + 1, last },
    ].filter((half) => half.first <= half.last)
    return halves.map((half) => rangeOf(point(half.first), point(half.last + 1) - 1n))
  })
  return { name: `e${index}`, roles: [ROLES[index % ROLES.length] ?? 'other'], ranges, file: 'i.yaml', line: index + 1 }
}

/** What the inventory's rules say, word for word and slowly. */
function naiveLookup({ entries }: Inventory, point: Point): { name: string; roles: readonly Role[] } | undefined {
  const holding = entries
    .map((each) => ({ each, set: setOf(each) }))
    .filter(({ set }) => set.some(([first, last]) => first <= point && point <= last))
  const size = (set: AddressSet): bigint => set.reduce((sum, [first, last]) => sum + last - first + 1n, 0n)
  const smallest = holding.reduce<bigint | undefined>(
    (least, { set }) => (least === undefined || size(set) < least ? size(set) : least),
    undefined,
  )
  const winners = holding.filter(({ set }) => size(set) === smallest).map(({ each }) => each)
  if (winners[0] === undefined) return undefined
  return { name: winners[0].name, roles: [...new Set(winners.flatMap(({ roles }) => roles))] }
}

type AddressSet = readonly (readonly [Point, Point])[]

/** The generated ranges of an entry never overlap, so their sizes add up. */
function setOf({ ranges }: InventoryEntry): AddressSet {
  return ranges.map(({ first, last }) => [parseAddress(first) ?? 0n, parseAddress(last) ?? 0n])
}

describe('a look-up in any inventory whose entries lie inside each other or apart', () => {
  const choices = fc.array(fc.nat(1000), { minLength: 40, maxLength: 200 })

  it('answers as a slow search does, in whatever order the entries stand', () => {
    fc.assert(
      fc.property(choices, fc.constantFrom(...LINES), fc.array(fc.nat(), { minLength: 8 }), (numbers, line, order) => {
        const sets = laminarSets(numbers)
        const shuffled = sets
          .map((set, index) => ({ set, rank: order[index % order.length] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
        const inventory = { entries: shuffled.map(({ set }, index) => entryOf(set, index, line)) }
        const lookup = compileLookup(inventory)
        for (let at = 0; at < LINE_LENGTH; at += 3) {
          for (const point of [line.base + BigInt(at) * line.step, line.base + BigInt(at + 1) * line.step - 1n]) {
            const found = lookup(formatAddress(point))
            expect(found && { name: found.name, roles: found.roles }).toEqual(naiveLookup(inventory, point))
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('a directed broadcast address', () => {
  const isDirectedBroadcast = compileDirectedBroadcast(
    JSON.parse(
      JSON.stringify({
        entries: [
          entry('clients', '10.1.0.0/16 2001:db8::/64', 'client-internal'),
          entry('floor', '10.1.2.0/24 10.1.3.0-10.1.3.255', 'client-internal'),
          entry('link', '10.2.0.0/31 10.2.0.4/30', 'other'),
          entry('wide', '10.4.0.0/23', 'other'),
          entry('half', '10.4.1.0/24', 'other'),
          entry('host at the end', '10.4.1.255', 'other'),
        ],
      }),
    ),
  )

  it.each([
    ['10.1.255.255', true, 'the last of a network'],
    ['10.1.2.255', true, 'the last of a network inside another'],
    ['10.1.3.255', false, 'the last of a range that is not written as a network'],
    ['10.2.0.1', false, 'one of two in a /31'],
    ['10.2.0.7', true, 'the last of a /30'],
    ['10.4.1.255', false, 'listed as a host'],
    ['10.1.2.254', false, 'inside a network'],
    ['2001:db8::ffff:ffff:ffff:ffff', false, 'IPv6, which has none'],
  ])('%s: %s, for it is %s', (address, expected) => {
    expect(isDirectedBroadcast(address)).toBe(expected)
  })
})
