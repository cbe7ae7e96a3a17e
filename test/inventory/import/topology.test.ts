import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importDeployment } from '../../../src/inventory/import/import.ts'
import { parseImport } from '../../../src/inventory/import/read.ts'
import { InventoryError } from '../../../src/inventory/inventory-error.ts'
import { changes, importInto, importRefusal, TOPOLOGY } from './importing.ts'

const INVENTORY = `endpoints:
  - { name: fe01.example.test, address: unknown, role: [front-end, cms-master] }
  - { name: dir01.example.test, address: unknown, role: director }
  - { name: edge01.example.test internal, address: 172.25.33.10, role: edge-internal }
  - { name: edge01.example.test access, address: 10.45.16.10, role: edge-access }
  - { name: edge01.example.test webconf, address: 10.45.16.20, role: edge-webconf }
  - { name: edge01.example.test av, address: 10.45.16.30, role: edge-av }
  - { name: edge01.example.test av public, address: 198.51.100.30, role: edge-av }
  - { name: gw01.example.test, address: unknown, role: pstn-gateway }

ports:
  - { name: GatewayComp SipClient, role: pstn-gateway, transport: tcp, documented: 5081, actual: 5066 }
`

/** The inventory that a document becomes. */
function inventoryOf(content: string | Uint8Array): string {
  return importInto(undefined, { 'topology.xml': content }).text
}

const CONSOLE = `PS C:\\Users\\admin> Get-CsTopology -AsXml\r\n\r\n${TOPOLOGY.replaceAll('\n', '\r\n')}\r\n\r\nPS C:\\Users\\admin> exit <\r\n`

describe('a topology document', () => {
  it('becomes the roles, ports and open questions that it has', () => {
    const merged = importInto(undefined, { 'topology.xml': TOPOLOGY })
    expect(merged.text).toBe(INVENTORY)
    expect(changes(merged)).toEqual([
      'no address | fe01.example.test | front-end+cms-master',
      'no address | dir01.example.test | director',
      'added | edge01.example.test internal | 172.25.33.10 | edge-internal',
      'added | edge01.example.test access | 10.45.16.10 | edge-access',
      'added | edge01.example.test webconf | 10.45.16.20 | edge-webconf',
      'added | edge01.example.test av | 10.45.16.30 | edge-av',
      'added | edge01.example.test av public | 198.51.100.30 | edge-av',
      'no address | gw01.example.test | pstn-gateway',
    ])
    expect(merged.imported).toMatchObject({ portsRead: 24, withoutRole: [], unknownRoles: [], remarks: [] })
  })

  it('is the same in every encoding, and with a declaration before it', () => {
    const utf16 = Buffer.from(`\ufeff${TOPOLOGY}`, 'utf16le')
    expect(inventoryOf(utf16)).toBe(INVENTORY)
    expect(inventoryOf(Buffer.from(utf16).swap16())).toBe(INVENTORY)
    expect(inventoryOf(`\ufeff<?xml version="1.0" encoding="utf-16"?>\r\n${TOPOLOGY}`)).toBe(INVENTORY)
    expect(inventoryOf(Buffer.from(TOPOLOGY.replace('HQ', 'M\xfcnchen'), 'latin1'))).toBe(INVENTORY)
    const korean = Buffer.from([0xbc, 0xad, 0x81, 0x41])
    const [before = '', after = ''] = TOPOLOGY.split('HQ')
    expect(inventoryOf(Buffer.concat([Buffer.from(before), korean, Buffer.from(after)]))).toBe(INVENTORY)
  })

  it('is found in the text of a console, also in UTF-16', () => {
    expect(inventoryOf(CONSOLE)).toBe(INVENTORY)
    expect(inventoryOf(Buffer.from(`\ufeff${CONSOLE}`, 'utf16le'))).toBe(INVENTORY)
  })

  it('is told by its namespace, whatever prefix it has', () => {
    const prefixed = TOPOLOGY.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1t:').replaceAll(' xmlns="', ' xmlns:t="')
    expect(inventoryOf(prefixed)).toBe(INVENTORY)
    expect(importRefusal('<Topology xmlns="urn:other"><Clusters/></Topology>')).toEqual([
      "the document at topology.xml:1:1 is of the namespace 'urn:other'; wanted one that begins with urn:schema:Microsoft.Rtc.Management.Deploy.",
    ])
  })

  it('that is cut off anywhere is refused in one sentence', () => {
    const half = TOPOLOGY.slice(0, TOPOLOGY.length / 2)
    const sentence =
      'the topology that begins at topology.xml:1:1 is cut off: it has no </Topology>; wanted the whole document'
    expect(importRefusal(half)).toEqual([sentence])
    const utf16 = Buffer.from(`\ufeff${half}`, 'utf16le')
    expect(importRefusal(utf16)).toEqual([sentence])
    expect(importRefusal(utf16.subarray(0, -1))).toEqual([sentence])
    expect(importRefusal(`${half}\r\nPS C:\\>`)).toEqual([sentence])
    for (let at = 120; at < TOPOLOGY.trimEnd().length; at += 331) {
      expect(importRefusal(TOPOLOGY.slice(0, at))).toHaveLength(1)
    }
  })

  it('with a document type or an entity is refused', () => {
    const refusal = (text: string): string => importRefusal(text).join('\n')
    expect(refusal(`<!DOCTYPE Topology [<!ENTITY a "b">]>\n${TOPOLOGY}`)).toBe(
      'topology.xml:1:1 begins a document type (<!DOCTYPE), which is not read; no topology has one',
    )
    expect(refusal(`<!DOCTYPE a SYSTEM "file:///etc/passwd">${TOPOLOGY}`)).toContain('begins a document type')
    expect(refusal(TOPOLOGY.replace('HQ', '&xxe;'))).toMatch(/^topology\.xml:5:\d+ is not XML: undefined entity$/)
    expect(inventoryOf(TOPOLOGY.replace('HQ', '&amp;&#xAC00;'))).toBe(INVENTORY)
  })

  it('that is no XML is refused at its first fault', () => {
    expect(importRefusal(TOPOLOGY.replace('SiteId="1"', 'SiteId=1'))).toEqual([
      'topology.xml:5:30 is not XML: unquoted attribute value',
    ])
    expect(importRefusal(TOPOLOGY.replace('</Sites>', ''))).toHaveLength(1)
    expect(importRefusal(`${TOPOLOGY}${TOPOLOGY}`)).toHaveLength(1)
    const name = 'x'.repeat(3000)
    expect(importRefusal(TOPOLOGY.replace('<Location />', `<${name}:Location />`))).toEqual([
      expect.stringMatching(/^topology\.xml:\d+:\d+ is not XML: unbound namespace prefix: "x{173}…$/),
    ])
    expect(importRefusal(`<${name}:Topology>`)).toEqual([
      `the topology that begins at topology.xml:1:1 is cut off: it has no </${'x'.repeat(60)}…>; wanted the whole document`,
    ])
    const deep = '<a>'.repeat(100) + '</a>'.repeat(100)
    expect(importRefusal(TOPOLOGY.replace('<Location />', deep))[0]).toMatch(/^topology\.xml:5:\d+ is nested too deep/)
  })

  it('with values that cannot be is refused with all of them', () => {
    const broken = TOPOLOGY.replace('IPAddress="172.25.33.10"', 'IPAddress="172.25.33.300"')
      .replace('Port="5062"', 'Port="70000"')
      .replace('Fqdn="gw01.example.test"', 'Fqdn="gw01.exam ple.test"')
      .replace('Range="10000"', 'Range="20000"')
    expect(importRefusal(broken)).toEqual([
      "IPAddress '172.25.33.300' at topology.xml:24:9 is not an IP address",
      "Fqdn 'gw01.exam ple.test' at topology.xml:30:5 is not the name of a host",
      "Port '70000' at topology.xml:93:9 is not a number from 0 to 65535",
      'the ports at topology.xml:98:9, 20000 from 50000, go beyond 65535',
    ])
    const empty = '<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"></Topology>'
    expect(importRefusal(empty)).toEqual(['the topology in topology.xml has no Cluster: it names no machine'])
  })

  it('passes over what it does not know, and says so where a role is lost', () => {
    const odd = TOPOLOGY.replace('<Clusters>', '<Clusters><Thing xmlns="urn:x"><Cluster Fqdn="no"/></Thing>')
      .replace('RoleName="PstnGateway"', 'RoleName="Teleporter"')
      .replace('<ClusterId SiteId="1" Number="2" /></InstalledOn>', '<ClusterId SiteId="9" Number="2" /></InstalledOn>')
    const { imported } = importInto(undefined, { 'topology.xml': odd })
    expect(imported.unknownRoles).toEqual(['Teleporter'])
    expect(imported.withoutRole).toEqual(['dir01.example.test', 'gw01.example.test'])
    expect(imported.remarks).toEqual([
      expect.stringMatching(/^service 'Registrar' at topology\.xml:\d+:5 is installed on no cluster of the document/),
    ])
  })

  it('never fails but with a sentence, whatever is changed in it', () => {
    const at = fc.nat(TOPOLOGY.length)
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '',
        '<',
        '>',
        '"',
        '&',
        '/',
        '</Topology>',
        '<Cluster>',
        '<!--',
        ']]>',
        'xmlns="x" ',
        '="',
        '\u0000',
      ),
    )
    const edits = fc.array(fc.record({ at, length: fc.nat(40), piece }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(edits, fc.boolean(), (list, isUtf16) => {
        const text = list.reduce(
          (all, edit) => all.slice(0, edit.at) + edit.piece + all.slice(edit.at + edit.length),
          TOPOLOGY,
        )
        const bytes = isUtf16 ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text)
        try {
          importDeployment([parseImport(bytes, 'topology.xml')], { file: 'inventory.yaml', bytes: undefined })
        } catch (error) {
          if (!(error instanceof InventoryError)) throw error
        }
      }),
      { numRuns: 400 },
    )
  })
})

/** A document of one pool with these services; each is a role name and what stands in it. */
function topologyOf(machines: string, services: readonly (readonly [roleName: string, inside?: string])[]): string {
  const written = services.map(
    ([roleName, inside = '']) =>
      `<Service><ServiceId RoleName="${roleName}"/><InstalledOn><ClusterId SiteId="1" Number="1"/></InstalledOn>${inside}</Service>`,
  )
  return `<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"><Clusters><Cluster Fqdn="pool.example.test">
    <ClusterId SiteId="1" Number="1"/>${machines}</Cluster></Clusters><Services>${written.join('\n')}</Services></Topology>`
}

const MACHINE = '<Machine Fqdn="a.example.test"><NetInterface InterfaceSide="Primary" IPAddress="0.0.0.0"/></Machine>'
const SQL = '<InstalledOn><SqlInstanceId Name="rtc"><ClusterId SiteId="1" Number="1"/></SqlInstanceId></InstalledOn>'

function rolesOf(...services: readonly (readonly [roleName: string, inside?: string])[]): readonly string[] {
  const { imported } = importInto(undefined, { 'topology.xml': topologyOf(MACHINE, services) })
  return imported.endpoints.flatMap(({ roles }) => roles)
}

describe('the roles of a server', () => {
  it('are those of its services', () => {
    expect(rolesOf(['Registrar'], ['UserServices'], ['WebServices'])).toEqual(['front-end'])
    expect(rolesOf(['Registrar', '<RegistrarService IsDirector="true"/>'])).toEqual(['director'])
    expect(rolesOf(['Registrar'], ['UserServices'], ['MediationServer'])).toEqual(['front-end', 'mediation'])
    expect(rolesOf(['MediationServer'])).toEqual(['mediation'])
    expect(rolesOf(['PersistentChatService'])).toEqual(['persistent-chat'])
    expect(rolesOf(['ExternalServer'])).toEqual(['trusted-application'])
    expect(rolesOf(['WacService'])).toEqual(['office-web-apps'])
  })

  it('are those of a database only where nothing else of Lync runs on it', () => {
    expect(rolesOf(['UserStore', SQL])).toEqual(['sql-backend'])
    expect(rolesOf(['UserStore', SQL], ['FileStore'])).toEqual(['sql-backend', 'file-store'])
    expect(rolesOf(['UserStore', SQL], ['Registrar'], ['UserServices'])).toEqual(['front-end'])
  })

  it('include the configuration master only where it is active', () => {
    const active = (is: boolean): readonly string[] =>
      rolesOf(['UserServices'], ['CentralMgmt', `<CentralMgmtService IsActive="${is}"/>`])
    expect([active(true), active(false)]).toEqual([['front-end', 'cms-master'], ['front-end']])
  })

  it('are those of a branch where users are served elsewhere', () => {
    const branch = TOPOLOGY.replace('IsDirector="true"', 'IsDirector="false"')
    const { imported } = importInto(undefined, { 'topology.xml': branch })
    expect(imported.endpoints.find(({ name }) => name === 'dir01.example.test')?.roles).toEqual(['sba'])
  })

  it('are those of its pool, whose name waits for an address of its own', () => {
    const machines = MACHINE + MACHINE.replace('a.example', 'b.example')
    const topology = topologyOf(machines, [['Registrar'], ['UserServices']])
    const both = importInto(undefined, { 'topology.xml': topology })
    expect(changes(both)).toEqual([
      'no address | a.example.test | front-end',
      'no address | b.example.test | front-end',
    ])
    const balanced = importInto(undefined, { 'topology.xml': topology, hosts: '10.0.0.40 pool.example.test\n' })
    expect(changes(balanced).at(-1)).toBe('added | pool.example.test | 10.0.0.40 | front-end')
    const byDns = importInto(undefined, {
      'topology.xml': topology,
      hosts: '10.0.0.41 a.example.test pool.example.test\n',
    })
    expect(changes(byDns)).toContain('known | pool.example.test | 10.0.0.41 | front-end')
  })

  it('are a gateway that has an address for a name', () => {
    const gateway = topologyOf('<Machine Fqdn="10.1.2.3"/>', [['PstnGateway']]).replace('pool.example.test', '10.1.2.3')
    expect(importInto(undefined, { 'topology.xml': gateway }).text).toContain(
      '- { name: 10.1.2.3, address: 10.1.2.3, role: pstn-gateway }',
    )
  })
})

describe('an Edge', () => {
  const EDGE_MACHINE = `<Machine Fqdn="e.example.test">
    <NetInterface InterfaceSide="Internal" InterfaceNumber="1" IPAddress="10.0.0.20"/>
    <NetInterface InterfaceSide="External" InterfaceNumber="1" IPAddress="10.9.0.1" ConfiguredIPAddress="198.51.100.1"/></Machine>`
  const ports = (list: string): string =>
    `<Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008">${list}</Ports>`
  const port = (owner: string, usage: string, number: number): string =>
    `<Port Owner="urn:component:${owner}" Usage="${usage}" InterfaceSide="External" InterfaceNumber="1" Port="${number}" Protocol="Tcp" ConfiguredFqdn="sip.example.test"/>`
  const ONE_ADDRESS = ports(
    port('AccessEdge', 'SipClient', 5061) +
      port('DataEdge', 'PsomClient', 444) +
      port('MediaRelayEdge', 'TURNServer', 443),
  )

  it('with one external address has three roles on it, and its ports moved', () => {
    const { text } = importInto(undefined, { 't.xml': topologyOf(EDGE_MACHINE, [['EdgeServer', ONE_ADDRESS]]) })
    expect(text.split('\n')).toEqual([
      'endpoints:',
      '  - { name: e.example.test internal, address: 10.0.0.20, role: edge-internal }',
      '  - { name: e.example.test external, address: 10.9.0.1, role: [edge-access, edge-webconf, edge-av] }',
      '  - { name: e.example.test external public, address: 198.51.100.1, role: [edge-access, edge-webconf, edge-av] }',
      '',
      'ports:',
      '  - { name: AccessEdge SipClient, role: edge-access, transport: tcp, documented: 443, actual: 5061 }',
      '  - { name: DataEdge PsomClient, role: edge-webconf, transport: tcp, documented: 443, actual: 444 }',
      '',
    ])
  })

  it('without addresses has open questions for each of its interfaces', () => {
    const hidden = EDGE_MACHINE.replaceAll(/(?<!Configured)IPAddress="[\d.]+"/g, 'IPAddress="0.0.0.0"')
    const files = { 't.xml': topologyOf(hidden, [['EdgeServer', ONE_ADDRESS]]) }
    expect(changes(importInto(undefined, files))).toEqual([
      'no address | e.example.test internal | edge-internal',
      'no address | e.example.test external | edge-access+edge-webconf+edge-av',
      'added | e.example.test external public | 198.51.100.1 | edge-access+edge-webconf+edge-av',
    ])
    const hosts = '10.0.0.20 e\n203.0.113.5 sip.example.test\n'
    const filled = importInto(undefined, { ...files, hosts })
    expect(changes(filled)[0]).toBe('added | e.example.test internal | 10.0.0.20 | edge-internal')
    expect(changes(filled).at(-1)).toBe('added | sip.example.test | 203.0.113.5 | edge-access+edge-webconf+edge-av')
  })

  it('with an interface that no service is on leaves it out and says so', () => {
    const more = EDGE_MACHINE.replace(
      '</Machine>',
      '<NetInterface InterfaceSide="External" InterfaceNumber="7" IPAddress="10.9.0.7"/></Machine>',
    )
    const { imported } = importInto(undefined, { 't.xml': topologyOf(more, [['EdgeServer', ONE_ADDRESS]]) })
    expect(imported.withoutRole).toEqual(['e.example.test external 7 10.9.0.7'])
  })
})

const BUILDER = `<?xml version="1.0" encoding="utf-8"?>
<TopologyBuilder FileName="C:\\a.tbxml" xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.TopologyBuilder.2008">
  <OldTopology><PartialTopology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008"><CentralSites>
    <CentralSite><Clusters><Cluster UniqueId="old" Fqdn="old.example.test"><Machines><Machine/></Machines></Cluster></Clusters></CentralSite>
  </CentralSites></PartialTopology></OldTopology>
  <NewTopology><PartialTopology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008">
    <CentralSites><CentralSite SiteId="1">
      <Name xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">HQ</Name>
      <Clusters>
        <Cluster UniqueId="c1" Fqdn="dirpool.example.test"><Machines>
          <Machine Fqdn="dir01.example.test"><NetInterface InterfaceSide="Primary" InterfaceNumber="1" IPAddress="10.0.0.16" xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"/></Machine>
          <Machine Fqdn="dir02.example.test"/>
        </Machines><SqlInstances/></Cluster>
        <Cluster UniqueId="c2" Fqdn="sql01.example.test"><Machines><Machine/></Machines>
          <SqlInstances><SqlInstance UniqueId="s1" Name=""/></SqlInstances></Cluster>
      </Clusters><RemoteSites/></CentralSite></CentralSites>
    <Services>
      <Service UniqueId="v1" RoleName="Registrar" InstalledOn="c1"><DependsOn><Dependency ServiceUniqueId="v2"/></DependsOn>
        <Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008">
          <Port Owner="urn:component:Registrar" Usage="SipServer" InterfaceSide="Primary" InterfaceNumber="1" Port="5071" Protocol="Mtls"/>
        </Ports>
        <RegistrarService IsDirector="true" xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"/></Service>
      <Service UniqueId="v2" RoleName="UserStore" InstalledOn="s1"><DependsOn/></Service>
    </Services>
  </PartialTopology></NewTopology>
</TopologyBuilder>
`

describe("a file of Topology Builder's", () => {
  it('is read as its own form has it, the new topology only', () => {
    expect(importInto(undefined, { 'a.tbxml': `\ufeff${BUILDER}` }).text.split('\n')).toEqual([
      'endpoints:',
      '  - { name: dir01.example.test, address: 10.0.0.16, role: director }',
      '  - { name: dir02.example.test, address: unknown, role: director }',
      '  - { name: sql01.example.test, address: unknown, role: sql-backend }',
      '',
      'ports:',
      '  - { name: Registrar SipServer, role: director, transport: tcp, documented: 5061, actual: 5071 }',
      '',
    ])
  })

  it('that is cut off is refused', () => {
    expect(importRefusal(BUILDER.slice(0, -30), 'a.tbxml')).toEqual([
      'the topology that begins at a.tbxml:2:1 is cut off: it has no </TopologyBuilder>; wanted the whole document',
    ])
  })
})
