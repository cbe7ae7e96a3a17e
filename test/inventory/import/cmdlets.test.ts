import { describe, expect, it } from 'vitest'
import { changes, importInto, importRefusal } from './importing.ts'

// What Export-Csv of Windows PowerShell writes: a type line, and quotes around every cell.

const INTERFACE_ROWS = [
  [
    'Identity',
    'ComputerFqdn',
    'IPAddress',
    'IPv6Address',
    'Interface',
    'InterfaceNumber',
    'ConfiguredFqdn',
    'ConfiguredIPAddress',
    'ConfiguredIPv6Address',
  ],
  ['edge01.example.test/Internal/1', 'edge01.example.test', '172.25.33.10', '', 'Internal', '1', '', '', ''],
  [
    'edge01.example.test/External/1',
    'edge01.example.test',
    '10.45.16.10',
    '2001:db8::a',
    'External',
    '1',
    'sip.example.test',
    '',
    '',
  ],
  [
    'edge01.example.test/External/2',
    'edge01.example.test',
    '10.45.16.20',
    '',
    'External',
    '2',
    'webcon.example.test',
    '',
    '',
  ],
  [
    'edge01.example.test/External/3',
    'edge01.example.test',
    '10.45.16.30',
    '',
    'External',
    '3',
    'av.example.test',
    '198.51.100.30',
    '',
  ],
  ['dir01.example.test/Primary/1', 'dir01.example.test', '0.0.0.0', '', 'Primary', '1', '', '', ''],
]

const EDGE_ROWS = [
  [
    'Identity',
    'AccessEdgeInternalSipPort',
    'AccessEdgeExternalSipPort',
    'AccessEdgeClientSipPort',
    'DataPsomServerPort',
    'DataPsomClientPort',
    'MediaRelayAuthEdgePort',
    'MediaRelayInternalTurnTcpPort',
    'MediaRelayExternalTurnTcpPort',
    'MediaRelayInternalTurnUdpPort',
    'MediaRelayExternalTurnUdpPort',
    'MediaCommunicationPortStart',
    'MediaCommunicationPortCount',
    'AccessEdgeExternalFqdn',
    'DataEdgeExternalFqdn',
    'AVEdgeExternalFqdn',
    'ServiceId',
    'SiteId',
    'PoolFqdn',
    'Version',
    'Role',
  ],
  [
    'EdgeServer:edge01.example.test',
    '5061',
    '5061',
    '443',
    '8057',
    '443',
    '5062',
    '443',
    '443',
    '3478',
    '3478',
    '40000',
    '10000',
    'sip.example.test',
    'webcon.example.test',
    'av.example.test',
    '1-EdgeServer-1',
    'Site:HQ',
    'edge01.example.test',
    '6',
    'EdgeServer',
  ],
]

const SERVICE_ROWS = [
  ['Identity', 'ServiceId', 'SiteId', 'PoolFqdn', 'Version', 'Role'],
  ['Registrar:fe01.example.test', '1-Registrar-1', 'Site:HQ', 'fe01.example.test', '6', 'Registrar'],
  ['UserServer:fe01.example.test', '1-UserServices-1', 'Site:HQ', 'fe01.example.test', '6', 'UserServer'],
  ['CentralManagement:fe01.example.test', '1-CentralMgmt-1', 'Site:HQ', 'fe01.example.test', '6', 'CentralManagement'],
  ['Director:dir01.example.test', '1-Registrar-2', 'Site:HQ', 'dir01.example.test', '6', 'Director'],
  ['UserDatabase:sql01.example.test', '1-UserStore-1', 'Site:HQ', 'sql01.example.test', '6', 'UserDatabase'],
  ['WebServer:dir01.example.test', '1-WebServices-2', 'Site:HQ', 'dir01.example.test', '6', 'WebServer'],
]

function csv(rows: readonly (readonly string[])[], delimiter = ',', type = ''): string {
  return `${type}${rows.map((row) => row.map((cell) => `"${cell}"`).join(delimiter)).join('\r\n')}\r\n`
}

const TYPE = '#TYPE Microsoft.Rtc.Management.Xds.DisplayNetworkInterface\r\n'

const EDGE = [
  'added | edge01.example.test internal | 172.25.33.10 | edge-internal',
  'added | edge01.example.test access | 10.45.16.10 2001:db8::a | edge-access',
  'added | edge01.example.test webconf | 10.45.16.20 | edge-webconf',
  'added | edge01.example.test av | 10.45.16.30 | edge-av',
  'added | edge01.example.test av public | 198.51.100.30 | edge-av',
]

describe('the tables of the two cmdlets', () => {
  it('together are roles, addresses and ports', () => {
    const merged = importInto(undefined, {
      'interfaces.csv': csv(INTERFACE_ROWS, ',', TYPE),
      'edge.csv': csv(EDGE_ROWS),
      'services.csv': csv(SERVICE_ROWS),
    })
    expect([...changes(merged)].sort()).toEqual(
      [
        ...EDGE,
        'no address | fe01.example.test | front-end+cms-master',
        'no address | dir01.example.test | director',
        'no address | sql01.example.test | sql-backend',
      ].sort(),
    )
    expect(merged.text.split('\n').slice(-4)).toEqual([
      'ports:',
      '  - { name: MediaRelayEdge MediaCommunication, role: edge-av, transport: tcp, documented: 50000-59999, actual: 40000-49999 }',
      '  - { name: MediaRelayEdge MediaCommunication, role: edge-av, transport: udp, documented: 50000-59999, actual: 40000-49999 }',
      '',
    ])
  })

  it('are the same in any order of files', () => {
    const there = importInto(undefined, { 'a.csv': csv(INTERFACE_ROWS), 'b.csv': csv(EDGE_ROWS) })
    const back = importInto(undefined, { 'b.csv': csv(EDGE_ROWS), 'a.csv': csv(INTERFACE_ROWS) })
    expect([...changes(back)].sort()).toEqual([...changes(there)].sort())
  })

  it.each([
    [
      'semicolons, as Korean and German spreadsheets write them',
      (text: string) => Buffer.from(text.replaceAll(',', ';')),
    ],
    ['a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    [
      'UTF-16 and tabs, without quotes',
      (text: string) => Buffer.from(`\ufeff${text.replaceAll(',', '\t').replaceAll('"', '')}`, 'utf16le'),
    ],
    ['other letters beside the names', (text: string) => Buffer.from(text.replaceAll('HQ', 'B\xfcro'), 'latin1')],
  ])('are read with %s', (_what, encode) => {
    const merged = importInto(undefined, {
      'interfaces.csv': encode(csv(INTERFACE_ROWS)),
      'edge.csv': encode(csv(EDGE_ROWS)),
      'services.csv': encode(csv(SERVICE_ROWS)),
    })
    expect(changes(merged)).toEqual(expect.arrayContaining([...EDGE, 'no address | dir01.example.test | director']))
  })
})

describe('a table of network interfaces alone', () => {
  it('tells the inside of an Edge, and which interfaces and machines it cannot tell', () => {
    const { imported, text } = importInto(undefined, { 'a.csv': csv(INTERFACE_ROWS) })
    expect(text).toBe(
      'endpoints:\n  - { name: edge01.example.test internal, address: 172.25.33.10, role: edge-internal }\n',
    )
    expect(imported.withoutRole).toEqual([
      'edge01.example.test external 1 10.45.16.10 2001:db8::a',
      'edge01.example.test external 2 10.45.16.20',
      'edge01.example.test external 3 10.45.16.30',
      'dir01.example.test',
    ])
  })

  it('tells all roles of the only external interface', () => {
    const merged = importInto(undefined, { 'a.csv': csv(INTERFACE_ROWS.slice(0, 3)) })
    expect(changes(merged)[1]).toBe(
      'added | edge01.example.test external | 10.45.16.10 2001:db8::a | edge-access+edge-webconf+edge-av',
    )
  })

  it('may have the identity only', () => {
    const rows = [
      ['Identity', 'IPAddress'],
      ['edge01.example.test/Internal/1', '172.25.33.10'],
    ]
    expect(changes(importInto(undefined, { 'a.csv': csv(rows) }))).toEqual([EDGE[0]])
  })

  it('gives the machines of a topology that was imported before their addresses', () => {
    const before = 'endpoints:\n  - { name: edge01.example.test internal, address: unknown, role: edge-internal }\n'
    const merged = importInto(before, { 'a.csv': csv(INTERFACE_ROWS) })
    expect(changes(merged)).toEqual(['address added | edge01.example.test internal | 172.25.33.10 | edge-internal'])
    expect(merged.text).toBe(before.replace('unknown', '172.25.33.10'))
  })
})

describe('a table of services alone', () => {
  it('gives an Edge its interfaces by the names they are published under', () => {
    expect(changes(importInto(undefined, { 'a.csv': csv(EDGE_ROWS) }))).toEqual([
      'no address | edge01.example.test internal | edge-internal',
      'no address | edge01.example.test access | edge-access',
      'no address | edge01.example.test webconf | edge-webconf',
      'no address | edge01.example.test av | edge-av',
    ])
  })

  it('takes Registrars for Front Ends where it has nothing else', () => {
    const rows = [SERVICE_ROWS[0] ?? [], SERVICE_ROWS[1] ?? []]
    expect(changes(importInto(undefined, { 'a.csv': csv(rows) }))).toEqual([
      'no address | fe01.example.test | front-end',
    ])
  })
})

describe('a table that is wrong', () => {
  it('is refused with every place', () => {
    const rows = INTERFACE_ROWS.map((row) => [...row])
    rows[1]?.splice(2, 1, '172.25.33.300')
    rows[5]?.splice(0, 2, '', '')
    expect(importRefusal(csv(rows), 'a.csv')).toEqual([
      "IPAddress '172.25.33.300' at a.csv:2:1 is not an IP address",
      'the row at a.csv:6:1 has no ComputerFqdn',
    ])
    expect(importRefusal(csv(SERVICE_ROWS).replace('"fe01', 'x"fe01'), 's.csv')).toHaveLength(1)
    const ports = csv(EDGE_ROWS).replace('"8057"', '"80570"')
    expect(importRefusal(ports, 'e.csv')).toEqual(["Port '80570' at e.csv:2:1 is not a number from 0 to 65535"])
  })

  it('or is none of ours is refused in one sentence', () => {
    for (const inventory of ['name,address,role\na,10.0.0.1,other\n', '# mine\nendpoints:\n']) {
      expect(importRefusal(inventory, 'mine')).toEqual([
        'mine is an inventory already; to merge into it, name it with --output',
      ])
    }
    const [sentence, ...more] = importRefusal('host,colour\na,red\n', 'a.csv')
    expect(more).toEqual([])
    expect(sentence).toMatch(/^a\.csv is not known to be one of the files that are imported: wanted the topology of /)
    expect(importRefusal('', 'empty')).toHaveLength(1)
    expect(importRefusal(Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'), 'a.pcap')).toEqual([
      expect.stringMatching(/^a\.pcap is not text: /),
    ])
  })
})
