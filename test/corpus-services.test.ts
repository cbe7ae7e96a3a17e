import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { captureSets } from '../src/capture/capture-set.ts'
import { CERTIFICATE_REQUEST, CLIENT_CERTIFICATE, STARTTLS, TLS_1_2, TLS_1_3 } from '../src/evidence/proof.ts'
import type { Flow } from '../src/flow/flow.ts'
import { corpusFolder } from './support/corpus.ts'
import { observeFlows } from './support/observing.ts'

/**
 * Services of the TCP and UDP flows of each capture, and how many flows speak them, checked with tshark 4.0.17: protocols
 * (`-z io,phs`), streams with each `tls.handshake.type`, and the bytes where it differs, which the second text explains.
 */
const EXPECTED: Readonly<Record<string, readonly [services: string, why?: string]>> = {
  'arkime-stun-msturn.pcap': [
    'tcp unidentified 1, udp ms-turn 1, udp stun 2, udp unidentified 2',
    'of three binding requests of RFC 3489 the first has an attribute 0x0101 that nobody has assigned',
  ],
  'arkime-tcp-handshake.pcap': [
    'tcp http 1, tcp none 14, tcp ssh 1',
    'tshark goes by port 8080, where SSH presents itself',
  ],
  'arkime-turn-tcp80.pcap': ['tcp stun 1', 'tshark does not look for TURN on port 80'],
  'gopacket-loopback.pcap': ['tcp http 1, tcp none 1'],
  'mercury-emix.pcap': [
    'tcp dns 6, tcp http 1, tcp kerberos 27, tcp ldap 7, tcp none 236, tcp rpc 12, tcp smb 131, tcp ssh 1, ' +
      'tcp tls 5, tcp unidentified 62, udp dns 113, udp ldap 13, udp ntp 1, udp stun 2, udp unidentified 78',
    'HTTP behind SOCKS is not looked for; LLMNR and mDNS count as DNS; RPC over SMB is SMB; SSH in the middle is not told',
  ],
  'mercury-tls-sgt-mtls.pcap': ['tcp mtls 58, tcp none 11, tcp tls 13'],
  'ngtest-be-202.pcapng': ['udp unidentified 3'],
  'ngtest-le-018.pcapng': ['udp unidentified 2'],
  'pcapparser-modified-format.pcap': [''],
  'pcpp-many-interfaces.pcapng': [
    'tcp tls 1, tcp tls-resumed 1, udp dns 7, udp ntp 1, udp unidentified 5',
    'of one TLS flow only the ClientHello is there',
  ],
  'pcpp-many-protocols.pcap': [
    'tcp http 69, tcp none 37, tcp tls-one-way 10, tcp tls-resumed 10, udp dns 124, udp unidentified 3',
    'OCSP and XML are HTTP',
  ],
  'pcpp-nanosecs-be.pcap': ['tcp http 1'],
  'pcpp-pcapng-example.pcapng': [
    'tcp http 1, tcp none 14, tcp unidentified 1',
    'SSH and X11 were captured from the middle on; TLS is inside of MySQL',
  ],
  'pcpp-raw-ip.pcap': ['tcp http 4, tcp none 1, tcp tls 1, udp dns 3, udp unidentified 1'],
  'pcpp-sll2.pcap': ['tcp tls 1'],
  'pcpp-tls2-midstream.pcap': [
    'tcp tls 18, tcp tls-one-way 147, tcp tls-resumed 9, tcp tls13 160',
    'six of tls have a gap before their ServerHelloDone, over which tshark reads on',
  ],
  'suricata-chdlc-http.pcap': ['tcp http 1'],
  'suricata-port-reuse.pcap': ['tcp none 1, tcp unidentified 1'],
  'suricata-sip-tcp.pcap': ['tcp sip 1'],
  'zeek-conn-size-unreach.pcap': ['tcp http 1, tcp none 1, udp unidentified 2'],
  'zeek-erspan-frag.pcap': ['tcp http 5, udp dns 7, udp unidentified 2', 'LLMNR counts as DNS, NetBIOS names do not'],
  'zeek-fddi-llc-sliced.pcap': ['tcp none 1333', 'a reset every minute, each a flow of its own'],
  'zeek-get-to-ssh-server-ns.pcap': [
    'tcp http 1',
    'the client asks for a page before the server presents itself as SSH',
  ],
  'zeek-http-8080.pcap': ['tcp http 3'],
  'zeek-ipv6-atomic-frag-http.pcap': ['tcp http 4', 'HTTP/0.9, whose responses have no head, is only TCP to tshark'],
  'zeek-irc-starttls-sll.pcap': ['tcp unidentified 1', 'IRC is none of the services'],
  'zeek-mixed-vlan-mpls.pcap': ['tcp http 2, tcp unidentified 1', 'Telnet is none of the services'],
  'zeek-nflog-http.pcap': ['tcp http 1'],
  'zeek-nmap-vsn.pcap': ['tcp none 17, udp dns 1'],
  'zeek-pe-timestamp.pcap.gz': ['tcp http 1'],
  'zeek-ppp-quic.pcap': ['udp unidentified 1', 'QUIC is none of the services'],
  'zeek-pppoe-over-qinq.pcap': ['tcp tls-one-way 1'],
  'zeek-sip-udp.pcap': ['udp sip 9', 'two streams to tshark; flows of datagrams end after a minute without any'],
  'zeek-smb-dssetup-be.cap': ['tcp smb 1'],
  'zeek-telnet-long-line.pcapng.gz': ['tcp unidentified 1', 'Telnet is none of the services'],
  'zeek-tls-client-certificate.pcap': ['tcp mtls 1'],
  'zeek-tls13-hrr.pcap': ['tcp tls13 1'],
  'zeek-vlan-collisions.pcap': ['tcp http 1'],
  'zeek-vxlan-http.pcap': ['tcp http 1'],
  'zeek-xmpp-s2s-mtls.pcap': ['tcp xmpp 1', 'tshark goes by TLS, which XMPP has agreed on'],
}

const isThere = existsSync(corpusFolder)

async function flowsOf(name: string): Promise<readonly Flow[]> {
  const [set] = await captureSets([join(corpusFolder, name)], undefined)
  if (set === undefined) throw new Error(`${name} makes no capture set`)
  return (await observeFlows(set)).flows.map(({ flow }) => flow)
}

function services(flows: readonly Flow[]): string {
  const counts = new Map<string, number>()
  for (const { transport, service } of flows) {
    const spoken = `${transport} ${service}`
    if (transport === 'tcp' || transport === 'udp') counts.set(spoken, (counts.get(spoken) ?? 0) + 1)
  }
  return [...counts]
    .map(([spoken, count]) => `${spoken} ${count}`)
    .sort()
    .join(', ')
}

async function only(name: string, service: string): Promise<Flow> {
  const found = (await flowsOf(name)).find((flow) => flow.service === service)
  if (found === undefined) throw new Error(`${name} has no ${service}`)
  return found
}

if (!isThere) console.log(`${corpusFolder} is not there: no capture of others is looked at`)

describe.skipIf(!isThere)(`captures of ${corpusFolder} speak`, () => {
  it.each(Object.entries(EXPECTED))('%s', async (name, [expected]) => {
    expect(services(await flowsOf(name))).toBe(expected)
  })

  it('mutual TLS, with the certificates and the name that tshark shows', async () => {
    const flow = await only('zeek-tls-client-certificate.pcap', 'mtls')
    expect(flow).toMatchObject({ opener: 'low', contentOpener: 'low', claim: 'certauth.idrix.fr', alert: undefined })
    expect(flow.proof & (TLS_1_2 | CERTIFICATE_REQUEST | CLIENT_CERTIFICATE)).toBe(
      TLS_1_2 | CERTIFICATE_REQUEST | CLIENT_CERTIFICATE,
    )
    expect(flow.low.certificate).toMatchObject({
      subject: 'CN=johanna@corelight.com',
      names: ['johanna@corelight.com'],
    })
    expect(flow.high.certificate).toMatchObject({
      names: ['certauth.idrix.fr'],
      notBefore: Date.UTC(2023, 0, 4, 16, 14, 7),
      notAfter: Date.UTC(2023, 3, 4, 16, 14, 6),
    })
  })

  it('mutual TLS where one direction has a metadata header: the same two certificates in all 58 handshakes', async () => {
    const flows = (await flowsOf('mercury-tls-sgt-mtls.pcap')).filter(({ service }) => service === 'mtls')
    const shown = flows.map(({ claim, low, high }) => [claim, ...[low, high].map((end) => end.certificate?.names)])
    expect(shown).toHaveLength(58)
    expect(new Set(shown.map((each) => JSON.stringify(each)))).toEqual(
      new Set([
        JSON.stringify([
          'wsstet-pov-rtp1.cpoc.co',
          ['tetration software sensor'],
          ['64.100.1.197', 'wsstet-pov-rtp1.cpoc.co'],
        ]),
      ]),
    )
  })

  it('XMPP that goes over to mutual TLS', async () => {
    const flow = await only('zeek-xmpp-s2s-mtls.pcap', 'xmpp')
    expect(flow.proof & (STARTTLS | CLIENT_CERTIFICATE | TLS_1_2)).toBe(STARTTLS | CLIENT_CERTIFICATE | TLS_1_2)
    expect(flow.claim).toBe('0xxon.net')
    expect([flow.low.certificate?.names, flow.high.certificate?.names]).toEqual([
      ['*.hosted.im', 'hosted.im'],
      ['www.0xxon.net', '0xxon.net'],
    ])
  })

  it('one-way TLS with its name and certificate', async () => {
    const flow = await only('zeek-pppoe-over-qinq.pcap', 'tls-one-way')
    expect(flow.claim).toBe('xp.apple.com')
    expect(flow.low.certificate).toBeUndefined()
    expect(flow.high.certificate?.names).toEqual([
      'mzuserxp.itunes.apple.com',
      'xp.apple.com',
      'metrics.mzstatic.com',
      'xp2.apple.com',
      'xp-cdn.apple.com',
    ])
  })

  it('TLS 1.3 behind a retry', async () => {
    expect((await only('zeek-tls13-hrr.pcap', 'tls13')).proof & TLS_1_3).toBe(TLS_1_3)
  })

  it('HTTP on port 8080, with the host', async () => {
    const flows = await flowsOf('zeek-http-8080.pcap')
    expect(flows.map(({ claim, low }) => [claim, low.port])).toEqual(Array(3).fill(['localhost', 8080]))
  })

  it('MS-TURN, opened by the client', async () => {
    const flow = await only('arkime-stun-msturn.pcap', 'ms-turn')
    expect([flow.contentOpener, flow.low.address, flow.high.port]).toEqual(['low', '10.0.0.3', 3478])
  })
})
