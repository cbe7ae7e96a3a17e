import { describe, expect, test } from 'vitest'
import type { Role } from '../../src/inventory/roles.ts'
import { selectRules } from '../../src/rules/pack.ts'
import { READINGS } from '../../src/rules/reference.ts'
import type { Party, Transport } from '../../src/rules/rule.ts'
import { WINDOWS_BASELINE_RULES } from '../../src/rules/windows-baseline.ts'

type Flow = readonly [from: Role, to: Role, transport: Transport, port: number]

function allows([from, to, transport, port]: Flow): boolean {
  const includes = (parties: readonly Party[], role: Role) => parties.includes('any') || parties.includes(role)
  return WINDOWS_BASELINE_RULES.some(
    (rule) =>
      includes(rule.originators, from) &&
      includes(rule.responders, to) &&
      rule.transport === transport &&
      rule.ports.some(({ first, last }) => first <= port && port <= last),
  )
}

test.each(READINGS)('is in force as a whole under the reading %s', (reading) => {
  const { rules } = selectRules(['windows-baseline'], reading)
  expect(rules.map((each) => each.rule)).toEqual(WINDOWS_BASELINE_RULES)
})

describe.each(['director', 'front-end', 'mediation'] as const)('a %s', (member) => {
  test.each<[Transport, number]>([
    ...[53, 88, 389, 464, 123, 137, 138].map((port): [Transport, number] => ['udp', port]),
    ...[53, 88, 389, 464, 135, 445, 636, 3268, 3269, 49152, 65535].map((port): [Transport, number] => ['tcp', port]),
  ])('may call a domain controller on %s %i', (transport, port) => {
    expect(allows([member, 'domain-controller', transport, port])).toBe(true)
  })

  test('may ask name and time servers', () => {
    expect(allows([member, 'dns-server', 'udp', 53])).toBe(true)
    expect(allows([member, 'dns-server', 'tcp', 53])).toBe(true)
    expect(allows([member, 'time-server', 'udp', 123])).toBe(true)
  })

  test.each([67, 547])('may ask anybody for an address on %i', (port) => {
    expect(allows([member, 'other', 'udp', port])).toBe(true)
  })

  test.each<[Transport, number]>([
    ['tcp', 135],
    ['tcp', 445],
    ['tcp', 3389],
    ['tcp', 5985],
    ['tcp', 5986],
    ['udp', 161],
  ])('may be administered on %s %i by nobody but administrators', (transport, port) => {
    for (const from of ['admin-station', 'monitoring', 'domain-controller'] as const) {
      expect(allows([from, member, transport, port])).toBe(true)
    }
    for (const from of ['client-internal', 'edge-internal', 'other'] as const) {
      expect(allows([from, member, transport, port])).toBe(false)
    }
  })
})

describe('an Edge', () => {
  test('may ask names and time', () => {
    expect(allows(['edge-internal', 'dns-server', 'udp', 53])).toBe(true)
    expect(allows(['edge-access', 'other', 'udp', 53])).toBe(true)
    expect(allows(['edge-av', 'other', 'tcp', 53])).toBe(true)
    expect(allows(['edge-internal', 'time-server', 'udp', 123])).toBe(true)
  })

  test('may not ask names of anybody on its internal side', () => {
    expect(allows(['edge-internal', 'other', 'udp', 53])).toBe(false)
  })

  test('is administered from administrators on its internal side only', () => {
    expect(allows(['admin-station', 'edge-internal', 'tcp', 3389])).toBe(true)
    expect(allows(['admin-station', 'edge-internal', 'tcp', 5985])).toBe(true)
    expect(allows(['admin-station', 'edge-access', 'tcp', 3389])).toBe(false)
    expect(allows(['domain-controller', 'edge-internal', 'tcp', 3389])).toBe(false)
  })

  test.each([88, 389, 445, 464, 636, 3268, 49200])(
    'is no domain member: TCP %i to a domain controller stays out',
    (port) => {
      for (const side of ['edge-internal', 'edge-access', 'edge-webconf', 'edge-av'] as const) {
        expect(allows([side, 'domain-controller', 'tcp', port])).toBe(false)
      }
    },
  )
})
