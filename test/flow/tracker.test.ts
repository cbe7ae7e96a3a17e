import { describe, expect, it } from 'vitest'
import { ENDS, script } from './script.ts'
import { originatorName, summaries, track } from './tracking.ts'

const OPEN = 'C>S SYN, S>C SYN-ACK, C>S ACK'
const LOST_SYN = '(C>S SYN), S>C SYN-ACK'

describe.each(ENDS)('%s', (_name, ends) => {
  const flows = (text: string) => summaries(text, ends)
  const seen = (text: string) => track(script(text, ends))
  const who = async (text: string) => (await seen(text)).map((one) => originatorName(one, ends)).join('')

  // The states of base/protocols/conn/main.zeek, and the letters of Zeek's conn.log.
  it.each([
    ['S0', 'C>S SYN', 'S'],
    ['S0', 'C>S SYN, wait 3s, C>S again, wait 6s, C>S again', 'S'],
    ['S1', 'C>S SYN, S>C SYN-ACK', 'Sh'],
    ['S1', OPEN, 'ShA'],
    ['S1', `${OPEN}, C>S ACK 10, S>C ACK, S>C ACK 20`, 'ShADad'],
    ['SF', `${OPEN}, C>S ACK 10, S>C ACK 20, C>S FIN-ACK, S>C FIN-ACK, C>S ACK`, 'ShADdFf'],
    ['SF', `${OPEN}, S>C FIN-ACK, C>S FIN-ACK`, 'ShAfF'],
    ['REJ', 'C>S SYN, S>C RST-ACK', 'Sr'],
    ['S2', `${OPEN}, C>S FIN-ACK, S>C ACK`, 'ShAFa'],
    ['S3', `${OPEN}, S>C FIN-ACK`, 'ShAf'],
    ['RSTO', `${OPEN}, C>S ACK 10, C>S RST`, 'ShADR'],
    ['RSTR', `${OPEN}, C>S ACK 10, S>C RST-ACK`, 'ShADr'],
    ['RSTOS0', 'C>S SYN, C>S RST', 'SR'],
    ['RSTRH', `${LOST_SYN}, S>C RST`, 'hr'],
    ['SH', 'C>S SYN, C>S FIN', 'SF'],
    ['SHR', `${LOST_SYN}, S>C FIN`, 'hf'],
    ['OTH', 'C>S ACK 10', 'D'],
    ['OTH', 'C>S ACK 10, S>C ACK 20, C>S ACK', 'DdA'],
    ['OTH', 'C>S ACK', 'A'],
    ['OTH', LOST_SYN, 'h'],
  ])('%s: %s', async (state, text, history) => {
    expect(await flows(text)).toEqual([`${state} ${history}`])
  })

  it.each([
    ['a reset after both ends have closed changes nothing', `${OPEN}, C>S FIN-ACK, S>C FIN-ACK, C>S RST`, 'SF ShAFfR'],
    [
      'a reset between the two FINs was an orderly end after all',
      `${OPEN}, C>S FIN-ACK, C>S RST, S>C FIN-ACK`,
      'SF ShAFRf',
    ],
    ['a FIN with a reset is a reset', `${OPEN}, S>C FIN-ACK, C>S FIN-RST`, 'RSTO ShAfI'],
    ['a reset of both ends without payload', `${OPEN}, S>C RST, C>S RST`, 'REJ ShArR'],
    ['a reset of both ends with payload', `${OPEN}, C>S ACK 9, S>C RST, C>S RST`, 'RSTR ShADrR'],
    ['SYN with FIN', 'C>S SYN-FIN', 'SH Q'],
    ['an acknowledgement before the SYN-ACK', 'C>S SYN, S>C ACK, S>C SYN-ACK, C>S ACK', 'S1 SahA'],
    ['a reset of the middle, seen from the server only', 'S>C ACK 5, S>C RST', 'RSTOS0 DR'],
    ['a segment without flags', `${OPEN}, C>S NULL`, 'S1 ShA'],
  ])('%s', async (_what, text, summary) => {
    expect(await flows(text)).toEqual([summary])
  })

  it.each([
    ['a SYN-ACK that acknowledges another SYN', 'C>S SYN, S>C SYN-ACK ack=77', 'S0 Sh'],
    ['a SYN-ACK that acknowledges what was not sent', 'C>S SYN, S>C SYN-ACK ack=1002', 'S0 Sh'],
    ['a reset that acknowledges another SYN', 'C>S SYN, S>C RST-ACK ack=77', 'S0 Sr'],
    ['a reset that acknowledges nothing', 'C>S SYN, S>C RST', 'S0 Sr'],
    ['a reset without its flag for the acknowledgement', 'C>S SYN, S>C RST ack=1001', 'S0 Sr'],
  ])('%s answers nothing', async (_what, text, summary) => {
    expect(await flows(text)).toEqual([summary])
  })

  it('a SYN with data may be answered for all of it, or for the SYN alone', async () => {
    expect(await flows('C>S SYN 100, S>C SYN-ACK')).toEqual(['S1 Sh'])
    expect(await flows('C>S SYN 100, S>C SYN-ACK ack=1001')).toEqual(['S1 Sh'])
    expect(await flows('C>S SYN 100, S>C RST-ACK ack=1001')).toEqual(['REJ Sr'])
  })

  it('sequence numbers wrap around', async () => {
    expect(
      await flows('C>S SYN isn=4294967295, S>C SYN-ACK isn=4294967290, C>S ACK, C>S ACK 10, S>C ACK 20, C>S ACK'),
    ).toEqual(['S1 ShADd'])
    expect(await flows('C>S SYN isn=4294967295, S>C RST-ACK')).toEqual(['REJ Sr'])
    expect(await flows('C>S SYN isn=2147483647, S>C SYN-ACK, C>S ACK')).toEqual(['S1 ShA'])
  })

  describe('who opened it', () => {
    it.each([
      ['the SYN tells', OPEN, 'C'],
      ['the SYN-ACK tells when the SYN was lost', `${LOST_SYN}, C>S ACK`, 'C'],
      ['the SYN may come behind its SYN-ACK', `${LOST_SYN}, C>S SYN isn=1000`, 'C'],
      ['else it is who sent first', 'S>C ACK 10, C>S ACK', 'S'],
      ['a reset does not tell', 'S>C RST-ACK', 'S'],
    ])('%s', async (_what, text, originator) => {
      expect(await who(text)).toBe(originator)
    })

    it('the connection of a lost SYN is like any other', async () => {
      expect(await flows(`${LOST_SYN}, C>S ACK, C>S ACK 9, S>C FIN-ACK, C>S FIN-ACK`)).toEqual(['SF hADfF'])
      expect(await flows(`${LOST_SYN}, C>S SYN isn=1000, C>S ACK`)).toEqual(['S1 hSA'])
    })

    it('is certain only where a handshake was seen', async () => {
      const openers = async (text: string) => (await seen(text)).map(({ flow }) => flow.opener !== undefined)
      expect(await openers(OPEN)).toEqual([true])
      expect(await openers(LOST_SYN)).toEqual([true])
      expect(await openers('C>S ACK 5, S>C ACK 5, C>S FIN-ACK, S>C FIN-ACK')).toEqual([false])
      expect(await openers('C>S RST')).toEqual([false])
    })

    it('when both ends open at once it is the first, and the connection stands', async () => {
      expect(await flows('C>S SYN, S>C SYN, C>S SYN-ACK seq=1000, S>C SYN-ACK seq=5000, C>S ACK')).toEqual(['S1 SsA'])
      expect(await who('C>S SYN, S>C SYN, C>S SYN-ACK seq=1000, S>C SYN-ACK seq=5000')).toBe('C')
    })
  })

  describe('the same ports again', () => {
    const CLOSED = `${OPEN}, C>S FIN-ACK, S>C FIN-ACK, C>S ACK`

    it.each([
      ['after both FINs', `${CLOSED}, C>S SYN isn=90000, S>C SYN-ACK isn=70000`, ['SF ShAFf', 'S1 Sh']],
      ['after both FINs, with the same sequence number', `${CLOSED}, C>S SYN isn=1000`, ['SF ShAFf', 'S0 S']],
      [
        'after both FINs, the other way round',
        `${CLOSED}, S>C SYN isn=90000, C>S SYN-ACK isn=80000`,
        ['SF ShAFf', 'S1 Sh'],
      ],
      [
        'after both FINs, with the new SYN lost',
        `${CLOSED}, (C>S SYN isn=90000), S>C SYN-ACK isn=70000`,
        ['SF ShAFf', 'OTH h'],
      ],
      ['after a reset', `${OPEN}, S>C RST, C>S SYN isn=90000, S>C SYN-ACK isn=70000`, ['RSTR ShAr', 'S1 Sh']],
      ['after a reset of the originator', `${OPEN}, C>S RST, C>S SYN isn=90000`, ['RSTO ShAR', 'S0 S']],
      [
        'after a refusal, with a new sequence number',
        'C>S SYN, S>C RST-ACK, C>S SYN isn=90000, S>C RST-ACK',
        ['REJ Sr', 'REJ Sr'],
      ],
      ['after an attempt, with a new sequence number', 'C>S SYN, C>S SYN isn=90000', ['S0 S', 'S0 S']],
      ['of an open connection, with a new sequence number', `${OPEN}, C>S SYN isn=90000`, ['S1 ShA', 'S0 S']],
      ['of an open connection, the other way round', `${OPEN}, S>C SYN isn=90000`, ['S1 ShA', 'S0 S']],
      ['of a connection seen from the middle', `C>S ACK 10, C>S SYN isn=90000`, ['OTH D', 'S0 S']],
      [
        'of a connection seen from the middle, with the SYN lost',
        `C>S ACK 10, (C>S SYN isn=90000), S>C SYN-ACK`,
        ['OTH D', 'OTH h'],
      ],
    ])('%s are another flow', async (_when, text, summary) => {
      expect(await flows(text)).toEqual(summary)
    })

    it.each([
      ['a SYN that is sent again', 'C>S SYN, wait 3s, C>S again, S>C SYN-ACK', 'S1 Sh'],
      [
        'a SYN that is sent again after its refusal',
        'C>S SYN, S>C RST-ACK, wait 0.5s, C>S again, S>C again, wait 0.5s, C>S again, S>C again',
        'REJ Sr',
      ],
      ['a SYN-ACK that is sent again', `${OPEN}, S>C SYN-ACK seq=5000, C>S ACK`, 'S1 ShA'],
      ['a SYN that comes late', `${OPEN}, C>S SYN seq=1000`, 'S1 ShA'],
      ['a SYN-ACK that comes after the end', `${CLOSED}, S>C SYN-ACK seq=5000`, 'SF ShAFf'],
      [
        'a refused SYN that is accepted later',
        'C>S SYN, S>C RST-ACK, wait 1s, C>S again, S>C SYN-ACK, C>S ACK',
        'S1 SrhA',
      ],
      ['what is still under way after the end', `${CLOSED}, wait 1s, S>C ACK, C>S ACK`, 'SF ShAFfa'],
    ])('%s is the same flow', async (_what, text, summary) => {
      expect(await flows(text)).toEqual([summary])
    })
  })

  describe('history', () => {
    it.each([
      ['payload sent again', `${OPEN}, C>S ACK 10, C>S again`, 'S1 ShADT'],
      ['payload of the responder sent again', `${OPEN}, S>C ACK 10, S>C again`, 'S1 ShAdt'],
      ['a closed window', `${OPEN}, C>S ACK 10, S>C ACK win=0, S>C ACK`, 'S1 ShADaw'],
      ['a closed window after the peer’s FIN', `${OPEN}, C>S FIN-ACK, S>C ACK win=0`, 'S2 ShAFa'],
      ['payload that the capture misses', `${OPEN}, (C>S ACK 10), S>C ACK`, 'S1 ShAaG'],
      [
        'letters once for each side',
        `${OPEN}, C>S ACK 1, S>C ACK 1, C>S ACK 1, S>C ACK 1, C>S ACK, S>C ACK`,
        'S1 ShADda',
      ],
      [
        'SYN with another sequence number than the SYN-ACK before',
        'C>S SYN, S>C SYN-ACK, S>C SYN-ACK isn=5555',
        'S1 Shh',
      ],
    ])('%s', async (_what, text, summary) => {
      expect(await flows(text)).toEqual([summary])
    })

    it('counts what repeats in powers of ten', async () => {
      const text = `${OPEN}, C>S ACK 10${', C>S again'.repeat(150)}${', S>C ACK win=0'.repeat(12)}`
      expect(await flows(text)).toEqual(['S1 ShADTTTaww'])
    })

    it('has at most eighteen letters', async () => {
      const syns = Array.from({ length: 40 }, (_, index) => `S>C SYN-ACK isn=${6000 + index}`).join(', ')
      expect(await flows(`C>S SYN, ${syns}`)).toEqual([`S1 S${'h'.repeat(17)}`])
    })
  })

  it('counts packets and bytes of each end', async () => {
    const [tracked] = await track(script(`${OPEN}, C>S ACK 10, S>C ACK 300, C>S again, C>S FIN-ACK`, ends))
    if (tracked === undefined) throw new Error('no flow')
    const [orig, resp] =
      tracked.originator === 'low' ? [tracked.flow.low, tracked.flow.high] : [tracked.flow.high, tracked.flow.low]
    const header = ends.client.includes(':') ? 60 : 40
    expect(orig).toMatchObject({
      address: ends.client,
      port: ends.clientPort,
      packets: 5,
      bytes: 20,
      ipBytes: 5 * header + 20,
    })
    expect(resp).toMatchObject({
      address: ends.server,
      port: ends.serverPort,
      packets: 2,
      bytes: 300,
      ipBytes: 2 * header + 300,
    })
    expect([tracked.flow.startNs, tracked.flow.lastNs, tracked.flow.transport]).toEqual([0, 12e6, 'tcp'])
  })

  describe('datagrams', () => {
    it.each([
      ['both ways', 'C>S DATA 10, S>C DATA 20', 'SF Dd'],
      ['one way', 'C>S DATA 10, C>S DATA 10', 'S0 D'],
    ])('%s', async (_what, text, summary) => {
      expect(await flows(text)).toEqual([summary])
    })

    it('do not tell who opened', async () => {
      expect((await seen('S>C DATA 10, C>S DATA 20')).map(({ flow }) => flow.opener)).toEqual([undefined])
    })
  })
})

describe('the way the ends are named', () => {
  const [, low] = ENDS[0] ?? []
  const [, high] = ENDS[1] ?? []
  if (low === undefined || high === undefined) throw new Error('no ends')

  it('says nothing: what the client does is the same from the lower and from the higher address', async () => {
    const text = `${OPEN}, C>S ACK 10, S>C ACK 200, C>S again, S>C FIN-ACK, C>S RST, wait 40s, S>C ACK`
    const view = async (ends: typeof low) =>
      (await track(script(text, ends))).map(({ flow, originator, connState, history }) => {
        const [orig, resp] = originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
        const counts = [orig, resp].map(({ port, packets, bytes, ipBytes, state }) => ({
          port,
          packets,
          bytes,
          ipBytes,
          state,
        }))
        const { syn, accepted, beyondSyn, broadcast, startNs, lastNs } = flow
        return {
          connState,
          history,
          counts,
          syn,
          accepted,
          beyondSyn,
          broadcast,
          startNs,
          lastNs,
          opened: flow.opener === originator,
        }
      })
    expect(await view(high)).toEqual(await view(low))
  })
})
