import type { Role } from '../inventory/roles.ts'
import { port, portRange, table } from './notation.ts'
import type { ApplicationProtocol, Party, PortRange, Rule } from './rule.ts'

// What Windows itself does on these hosts, whatever Lync runs on them. No page of the Lync documentation says it:
// the rules are common knowledge of Windows networking, and no wider than that, because whatever they cover no
// longer stands out. Their references are of kind table, so that they are in force under every reading.

// An Edge is no domain member: Kerberos or directory traffic from an Edge stays unexpected.
const DOMAIN_MEMBERS: readonly Role[] = [
  'director',
  'front-end',
  'mediation',
  'sba',
  'sbs',
  'persistent-chat',
  'office-web-apps',
  'sql-backend',
  'file-store',
]

const ADMINISTRATORS: readonly Role[] = ['admin-station', 'monitoring', 'domain-controller']
const EDGE_EXTERNAL: readonly Role[] = ['edge-access', 'edge-webconf', 'edge-av']
const EDGE: readonly Role[] = ['edge-internal', ...EDGE_EXTERNAL]

export const WINDOWS_BASELINE_RULES: readonly Rule[] = [
  ...between(DOMAIN_MEMBERS, ['domain-controller', 'dns-server'], 'domain member to name server', [
    udp(port(53), 'windows-dns-udp-53', 'dns', 'Name queries'),
    tcp(port(53), 'windows-dns-tcp-53', 'dns', 'Name queries over TCP'),
  ]),
  ...between(DOMAIN_MEMBERS, ['domain-controller'], 'domain member to domain controller', [
    udp(port(88), 'windows-kerberos-udp-88', 'kerberos', 'Kerberos tickets'),
    tcp(port(88), 'windows-kerberos-tcp-88', 'kerberos', 'Kerberos tickets over TCP'),
    udp(port(464), 'windows-password-udp-464', 'kerberos', 'Password changes'),
    tcp(port(464), 'windows-password-tcp-464', 'kerberos', 'Password changes over TCP'),
    udp(port(389), 'windows-ldap-udp-389', 'ldap', 'Finding a domain controller'),
    tcp(port(389), 'windows-ldap-tcp-389', 'ldap', 'Directory queries'),
    tcp(port(636), 'windows-ldaps-636', 'ldaps', 'Directory queries over TLS'),
    tcp(port(3268), 'windows-global-catalog-3268', 'ldap', 'Global catalog queries'),
    tcp(port(3269), 'windows-global-catalog-3269', 'ldaps', 'Global catalog queries over TLS'),
    tcp(port(135), 'windows-rpc-135', 'rpc', 'RPC endpoint mapper of the domain controller'),
    tcp(portRange(49152, 65535), 'windows-rpc-dynamic', 'rpc', 'RPC services of the domain controller'),
    tcp(port(445), 'windows-smb-445', 'smb', 'Group policy and logon scripts'),
    udp(port(137), 'windows-netbios-137', 'netbios', 'NetBIOS name service'),
    udp(port(138), 'windows-netbios-138', 'netbios', 'NetBIOS datagrams'),
  ]),
  ...between(DOMAIN_MEMBERS, ['domain-controller', 'time-server'], 'domain member to time server', [
    udp(port(123), 'windows-time-123', 'ntp', 'Time'),
  ]),
  // DHCP servers are no role of the inventory. The answer to a broadcast is a flow of its own.
  ...between(DOMAIN_MEMBERS, ['any'], 'domain member to DHCP server', [
    { ...udp(port(67), 'windows-dhcp-67', 'dhcp', 'Address lease'), originatorPorts: port(68) },
    { ...udp(port(547), 'windows-dhcpv6-547', 'dhcp', 'IPv6 address lease'), originatorPorts: port(546) },
  ]),
  ...between(['any'], DOMAIN_MEMBERS, 'DHCP server to domain member', [
    { ...udp(port(68), 'windows-dhcp-68', 'dhcp', 'Answer to an address lease'), originatorPorts: port(67) },
    { ...udp(port(546), 'windows-dhcpv6-546', 'dhcp', 'Answer to an IPv6 address lease'), originatorPorts: port(547) },
  ]),
  ...between(ADMINISTRATORS, DOMAIN_MEMBERS, 'administration of a domain member', [
    tcp(port(135), 'windows-admin-rpc-135', 'rpc', 'Remote administration over RPC'),
    tcp(port(445), 'windows-admin-smb-445', 'smb', 'Administrative file shares'),
    tcp(port(3389), 'windows-admin-rdp-3389', 'rdp', 'Remote Desktop'),
    tcp(port(5985), 'windows-admin-winrm-5985', 'winrm', 'Remote PowerShell'),
    tcp(port(5986), 'windows-admin-winrm-5986', 'winrm', 'Remote PowerShell over TLS'),
    udp(port(161), 'windows-admin-snmp-161', 'snmp', 'Monitoring queries'),
  ]),
  ...between(EDGE, ['dns-server'], 'Edge to name server', [
    udp(port(53), 'windows-edge-dns-udp-53', 'dns', 'Name queries of an Edge'),
    tcp(port(53), 'windows-edge-dns-tcp-53', 'dns', 'Name queries of an Edge over TCP'),
  ]),
  ...between(EDGE_EXTERNAL, ['any'], 'external side of an Edge to name servers', [
    udp(port(53), 'windows-edge-external-dns-udp-53', 'dns', 'Name queries of an Edge to the Internet'),
    tcp(port(53), 'windows-edge-external-dns-tcp-53', 'dns', 'Name queries of an Edge to the Internet over TCP'),
  ]),
  ...between(EDGE, ['time-server'], 'Edge to time server', [
    udp(port(123), 'windows-edge-time-123', 'ntp', 'Time of an Edge'),
  ]),
  ...between(['admin-station'], ['edge-internal'], 'administration of an Edge', [
    tcp(port(3389), 'windows-edge-admin-rdp-3389', 'rdp', 'Remote Desktop to an Edge'),
    tcp(port(5985), 'windows-edge-admin-winrm-5985', 'winrm', 'Remote PowerShell to an Edge'),
  ]),
]

type Line = Omit<Rule, 'originators' | 'responders' | 'references'>

function between(
  originators: readonly Party[],
  responders: readonly Party[],
  where: string,
  lines: readonly Line[],
): readonly Rule[] {
  const references = [table('windows-baseline', where)]
  return lines.map((line) => ({ ...line, originators, responders, references }))
}

function tcp(ports: readonly PortRange[], id: string, protocol: ApplicationProtocol, purpose: string): Line {
  return { id, transport: 'tcp', ports, protocol, purpose }
}

function udp(ports: readonly PortRange[], id: string, protocol: ApplicationProtocol, purpose: string): Line {
  return { id, transport: 'udp', ports, protocol, purpose }
}
