import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isListed } from '../../src/flow/listed.ts'
import { listedSpans } from '../../src/inventory/listed-spans.ts'
import { compileLookup } from '../../src/inventory/lookup.ts'
import { parseInventory } from '../../src/inventory/read.ts'
import { addressText } from '../../src/wire/address.ts'

const ENTRIES = [
  '10.0.0.16',
  '10.0.0.0/24',
  '10.0.1.0-10.0.1.9',
  '10.0.1.10',
  '255.255.255.255',
  '0.0.0.0',
  '2001:db8::/64',
  '2001:db8:0:1::1',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '::ffff:10.0.2.1',
]

function inventoryOf(addresses: readonly string[]) {
  const lines = addresses.map((address, index) => `  - { name: n${index}, address: '${address}', role: other }`)
  return parseInventory(Buffer.from(['endpoints:', ...lines, ''].join('\n')), 'inventory.yaml')
}

/** Four words as a Packet holds them, around the borders of the entries. */
const words = fc.oneof(
  fc
    .tuple(fc.constantFrom(0x0a000000, 0x0a000100, 0x0a000200, 0, -256), fc.nat(255))
    .map(([network, host]) => [0, 0, 0xffff, network + host]),
  fc
    .tuple(
      fc.constantFrom(0x20010db8, -1, 0),
      fc.constantFrom(0, 1, -1),
      fc.constantFrom(0, -1),
      fc.constantFrom(0, 1, -1),
    )
    .map((each) => each as readonly number[]),
)

describe('the spans of addresses that an inventory lists', () => {
  it('hold exactly the addresses that are found in it', () => {
    fc.assert(
      fc.property(fc.subarray(ENTRIES, { minLength: 1 }), words, (entries, address) => {
        const inventory = inventoryOf(entries)
        const [word0, word1, word2, word3] = Int32Array.from(address) as unknown as [number, number, number, number]
        const isIpv4 = word0 === 0 && word1 === 0 && word2 === 0xffff
        const text = addressText(isIpv4 ? 4 : 6, word0, word1, word2, word3)
        const listed = compileLookup(inventory)(text) !== undefined
        expect([text, isListed(listedSpans(inventory), Int32Array.of(7, word0, word1, word2, word3), 1)]).toEqual([
          text,
          listed,
        ])
      }),
      { numRuns: 500 },
    )
  })

  it('are none without an inventory', () => {
    expect(isListed(listedSpans({ entries: [] }), Int32Array.of(0, 0, 0xffff, 1), 0)).toBe(false)
  })
})
