import { describe, expect, it } from 'vitest'
import { EMPTY_INVENTORY } from '../../src/inventory/inventory.ts'
import { clientNetworks } from '../../src/judge/client-networks.ts'
import { inventoryOf } from '../support/analysis.ts'

function networks(clients: readonly string[], servers: readonly string[] = [], inventory = EMPTY_INVENTORY) {
  return clientNetworks(clients, servers, inventory).map(({ network, clients: own }) => `${network} ${own.length}`)
}

/** Addresses 1 to `count` of each subnet. */
function hosts(subnets: readonly string[], count: number): readonly string[] {
  return subnets.flatMap((subnet) => Array.from({ length: count }, (_, index) => `${subnet}${index + 1}`))
}

describe('the networks of clients', () => {
  it('are subnets of three clients and more', () => {
    expect(networks(hosts(['10.1.5.'], 3))).toEqual(['10.1.5.0/24 3'])
    expect(networks(hosts(['10.1.5.'], 2))).toEqual([])
    expect(networks(hosts(['2001:db8:1:2::'], 4))).toEqual(['2001:db8:1:2::/64 4'])
  })

  it('are sites where three subnets of one have clients', () => {
    expect(networks(hosts(['10.1.5.', '10.1.6.', '10.1.200.', '10.2.0.'], 3))).toEqual([
      '10.1.0.0/16 9',
      '10.2.0.0/24 3',
    ])
  })

  it('have no server in them', () => {
    expect(networks(hosts(['10.1.5.'], 3), ['10.1.5.77'])).toEqual([])
    const subnets = hosts(['10.1.5.', '10.1.6.', '10.1.7.'], 3)
    expect(networks(subnets, ['10.1.0.10'])).toEqual(['10.1.5.0/24 3', '10.1.6.0/24 3', '10.1.7.0/24 3'])
  })

  it('touch nothing that the inventory lists', () => {
    const inventory = inventoryOf('endpoints: [{ name: a, address: 10.1.5.200-10.1.6.20, role: client-internal }]')
    expect(networks(hosts(['10.1.5.'], 3), [], inventory)).toEqual([])
  })
})
