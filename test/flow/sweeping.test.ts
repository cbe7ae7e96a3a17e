import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Flow } from '../../src/flow/flow.ts'
import { flowLine, type SeenFlow } from '../support/observing.ts'
import { filler } from '../support/octets.ts'
import { ACK, FIN, ipv4, RST, SYN, tcp, udp } from '../support/packets.ts'
import type { Timed } from './script.ts'
import { track } from './tracking.ts'

/** Datagrams between addresses of their own, each a flow: enough of them fill the table and make it close idle flows. */
const CROWD = '172.16.0.0'

interface Step {
  readonly afterNs: number
  readonly flow: number
  readonly fromClient: boolean
  readonly flags: number
  readonly seq: number
  readonly length: number
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    afterNs: fc.constantFrom(0, 0, 0, 1e6, 2e9, 29e9, 31e9, 61e9, 121e9, 3601e9, -1e6, -4e9, -31e9, -61e9, -61e9),
    flow: fc.nat(2),
    fromClient: fc.boolean(),
    flags: fc.constantFrom(SYN, SYN, SYN | ACK, ACK, ACK, FIN | ACK, RST, RST | ACK, 0),
    seq: fc.constantFrom(0, 1, 2, 100, 0xffffffff),
    length: fc.constantFrom(0, 0, 1, 50),
  }),
  { minLength: 1, maxLength: 40 },
)

/** The packets of the steps; flow 2 is one of datagrams. */
function packetsOf(many: readonly Step[]): readonly Timed[] {
  let ns = 0
  return many.map(({ afterNs, flow, fromClient, flags, seq, length }, index) => {
    ns += afterNs
    const [src, dst] = fromClient ? ['10.0.0.20', '10.0.0.16'] : ['10.0.0.16', '10.0.0.20']
    const [srcPort, dstPort] = fromClient ? [50_000 + flow, 5061] : [5061, 50_000 + flow]
    const payload = filler(length)
    const segment =
      flow === 2
        ? udp({ srcPort, dstPort, payload })
        : tcp({ srcPort, dstPort, seq, ack: (seq + 1) >>> 0, flags, payload })
    return { ns, bytes: ipv4(segment, { src, dst, identification: index + 1 }).bytes }
  })
}

const CROWD_SIZE = 5000
const crowds = [1, 2].map((dstPort) =>
  Array.from({ length: CROWD_SIZE }, (_, index) => {
    const segment = udp({ srcPort: 1024 + index, dstPort, payload: [1] })
    return ipv4(segment, { src: CROWD, dst: '172.16.0.1' }).bytes
  }),
)

function isOwn({ low, high }: Flow): boolean {
  return low.address !== CROWD && high.address !== CROWD
}

/** Everything known of the flows that are not of the crowd, in an order of their own. */
function described(flows: readonly SeenFlow[]): readonly string[] {
  return flows
    .filter(({ flow }) => isOwn(flow))
    .map(flowLine)
    .sort()
}

describe('closing idle flows early', () => {
  it('changes no flow, whenever it happens and whatever the times do', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat(39), { minLength: 1, maxLength: 2 }), async (many, moments) => {
        const packets = packetsOf(many)
        let latest = Number.NEGATIVE_INFINITY
        const crowded = packets.flatMap((packet, index) => {
          // A crowd in the past would set the clock back.
          latest = Math.max(latest, packet.ns)
          const crowdNow = crowds[moments.indexOf(index)] ?? []
          return [packet, ...crowdNow.map((bytes) => ({ ns: latest, bytes }))]
        })
        expect(described(await track(crowded))).toEqual(described(await track(packets)))
      }),
      { numRuns: 60 },
    )
  })
})

describe('tracking', () => {
  it('does not depend on how many packets come at once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 400 }), async (many, size) => {
        const packets = packetsOf(many)
        expect(described(await track(packets, size))).toEqual(described(await track(packets)))
      }),
      { numRuns: 100 },
    )
  })
})

describe('flows of one key', () => {
  it('hold all packets and bytes between them', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (many) => {
        const flows = await track(packetsOf(many))
        const packets = flows.reduce((sum, { flow }) => sum + flow.low.packets + flow.high.packets, 0)
        const bytes = flows.reduce((sum, { flow }) => sum + flow.low.bytes + flow.high.bytes, 0)
        expect([packets, bytes]).toEqual([many.length, many.reduce((sum, { length }) => sum + length, 0)])
      }),
      { numRuns: 150 },
    )
  })
})
