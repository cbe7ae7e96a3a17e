import * as at from './addresses.mjs'

/**
 * The machines of the sample deployment: one network namespace each.
 *
 * `legs` are interfaces in order (eth0, eth1), each on one of the switches. `ports` are what the
 * machine listens on: `layer` is how bytes are wrapped, `application` what is said inside (see speech/).
 * `asks` makes a TLS server request the client's certificate, `version` is another than TLS 1.2; `late` ports wait for a
 * `start` step.
 * `firewall` entries drop (no answer) or reject (ICMP, administratively prohibited) what matches.
 */

const INSIDE_ROUTES = ['10.0.0.0/8', '2001:db8:10::/48', '2001:db8:1::/48', '2001:db8:9::/48']
const OUTSIDE_ROUTES = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32']

function inside(mac, ...addresses) {
  return { switch: 'inside', mac, addresses, routes: INSIDE_ROUTES }
}

function outside(mac, ...addresses) {
  return { switch: 'outside', mac, addresses, routes: OUTSIDE_ROUTES }
}

function branch(mac, ...addresses) {
  return { switch: 'branch', mac, addresses, routes: [] }
}

const web = { layer: 'tcp', application: 'http' }
const secureWeb = { layer: 'tls', application: 'http' }
const mutualWeb = { layer: 'tls', application: 'http', asks: true }
const sip = { layer: 'tls', application: 'sip', asks: true }
const logging = { layer: 'tls', application: 'wcf', asks: true }

const director = {
  name: 'dir01',
  certificate: 'dir01',
  legs: [
    {
      ...inside('02:00:00:00:00:16', `${at.DIRECTOR}/24`, `${at.DIRECTOR_BACKUP}/24`, `${at.DIRECTOR_6}/64`),
      gateways: [{ to: '10.1.5.0/24', via: at.ROUTER }],
    },
  ],
  ports: [
    { port: 22, layer: 'tcp', application: 'ssh', address: at.DIRECTOR_BACKUP },
    { port: 80, ...web },
    { port: 135, layer: 'tcp', application: 'rpc' },
    { port: 443, ...secureWeb },
    { port: 444, ...mutualWeb },
    { port: 445, layer: 'tcp', application: 'smb' },
    { port: 2222, layer: 'tcp', application: 'echo' },
    { port: 3389, layer: 'tcp', application: 'rdp', late: true },
    { port: 4443, ...secureWeb },
    { port: 5061, ...sip },
    { port: 5723, layer: 'tcp', application: 'echo' },
    { port: 5985, ...web },
    { port: 7000, layer: 'tcp', application: 'echo' },
    { port: 8080, ...web, late: true },
    { port: 50001, ...logging, layer: 'framed-tls' },
    { port: 50002, ...logging },
    { port: 50003, ...logging, application: 'long' },
  ],
  firewall: [
    { action: 'drop', from: at.STRANGER, to: at.DIRECTOR, transport: 'tcp', port: 1433 },
    { action: 'drop', from: at.CLIENT, to: at.DIRECTOR, transport: 'udp', port: 5061 },
  ],
}

const edge = {
  name: 'edge01',
  certificate: 'edge01',
  legs: [
    inside('02:00:00:00:00:20', `${at.EDGE_INTERNAL}/24`, `${at.EDGE_INTERNAL_6}/64`),
    outside(
      '02:00:00:00:01:20',
      `${at.EDGE_ACCESS}/24`,
      `${at.EDGE_WEBCONF}/24`,
      `${at.EDGE_AV}/24`,
      `${at.EDGE_ACCESS_6}/64`,
      `${at.EDGE_AV_6}/64`,
    ),
  ],
  ports: [
    { port: 443, layer: 'ms-turn', address: at.EDGE_INTERNAL },
    { port: 4443, ...mutualWeb, address: at.EDGE_INTERNAL },
    { port: 5061, ...sip, address: at.EDGE_INTERNAL },
    { port: 5062, ...sip, address: at.EDGE_INTERNAL },
    { port: 5985, ...web, address: at.EDGE_INTERNAL },
    { port: 8057, layer: 'tls', application: 'psom', asks: true, address: at.EDGE_INTERNAL },
    { port: 23456, layer: 'tls', application: 'xmpp', asks: true, address: at.EDGE_INTERNAL },
    { port: 50001, ...logging, layer: 'framed-tls', address: at.EDGE_INTERNAL },
    { port: 50002, ...logging, address: at.EDGE_INTERNAL },
    { port: 50003, ...logging, address: at.EDGE_INTERNAL },
    { port: 3478, transport: 'udp', application: 'stun', address: at.EDGE_INTERNAL },

    { port: 443, layer: 'tls', application: 'sip', address: at.EDGE_ACCESS, certificate: 'access' },
    { port: 443, layer: 'tls', application: 'sip', address: at.EDGE_ACCESS_6, certificate: 'access' },
    { port: 5061, ...sip, address: at.EDGE_ACCESS, certificate: 'access' },
    { port: 5269, layer: 'starttls', application: 'xmpp', address: at.EDGE_ACCESS, certificate: 'access' },
    { port: 443, layer: 'tls', application: 'psom', address: at.EDGE_WEBCONF, certificate: 'webconf' },
    { port: 443, layer: 'ms-turn', address: at.EDGE_AV },
    { port: 3478, transport: 'udp', application: 'stun', address: at.EDGE_AV },
    { port: 3478, transport: 'udp', application: 'stun', address: at.EDGE_AV_6 },
    { port: 50002, layer: 'tcp', application: 'framed-rtp', address: at.EDGE_AV },
    { port: 50200, transport: 'udp', application: 'rtp', address: at.EDGE_AV },
    { port: 50300, layer: 'tcp', application: 'framed-rtp', address: at.EDGE_AV },

    // The logging agent binds to every address of a machine, the Internet side included.
    { port: 50001, ...logging, layer: 'framed-tls', address: at.EDGE_ACCESS },
    { port: 50003, ...logging, address: at.EDGE_AV },
  ],
  firewall: [{ action: 'drop', from: at.FRONT_END_STOPPED, to: at.EDGE_INTERNAL, transport: 'tcp', port: 8057 }],
}

const frontEnd = {
  name: 'fe01',
  certificate: 'fe01',
  legs: [inside('02:00:00:00:00:40', `${at.FRONT_END}/24`)],
  ports: [
    { port: 80, ...web },
    { port: 443, ...secureWeb },
    { port: 444, ...mutualWeb },
    { port: 5061, ...sip },
  ],
}

const restOfPool = {
  name: 'fe-rest',
  certificate: 'fe02',
  legs: [
    inside(
      '02:00:00:00:00:41',
      `${at.FRONT_END_STOPPED}/24`,
      `${at.FRONT_END_DROPPED}/24`,
      `${at.FRONT_END_REJECTED}/24`,
      `${at.FRONT_END_NEW}/24`,
    ),
  ],
  ports: [
    { port: 443, ...secureWeb, address: at.FRONT_END_STOPPED, version: 'TLSv1' },
    { port: 5061, ...sip, asks: false, address: at.FRONT_END_STOPPED },
    { port: 5061, layer: 'tcp', application: 'sip', address: at.FRONT_END_DROPPED },
    { port: 5061, layer: 'refusing-tls', address: at.FRONT_END_REJECTED },
    { port: 443, ...secureWeb, address: at.FRONT_END_NEW, certificate: 'expired' },
    { port: 444, ...mutualWeb, address: at.FRONT_END_NEW, certificate: 'retired' },
    { port: 5061, ...sip, address: at.FRONT_END_NEW, certificate: 'fe05', version: 'TLSv1.3' },
  ],
  firewall: [
    { action: 'drop', to: at.FRONT_END_DROPPED, transport: 'tcp', port: 444 },
    { action: 'reject', to: at.FRONT_END_REJECTED, transport: 'tcp', port: 444 },
  ],
}

const domainController = {
  name: 'dc01',
  legs: [inside('02:00:00:00:00:10', `${at.DOMAIN_CONTROLLER}/24`, `${at.DOMAIN_CONTROLLER_6}/64`)],
  ports: [
    { port: 53, transport: 'udp', application: 'dns', address: at.DOMAIN_CONTROLLER },
    { port: 53, transport: 'udp', application: 'dns', address: at.DOMAIN_CONTROLLER_6 },
    { port: 88, transport: 'udp', application: 'kerberos', address: at.DOMAIN_CONTROLLER },
    { port: 123, transport: 'udp', application: 'silent', address: at.DOMAIN_CONTROLLER },
    { port: 88, layer: 'tcp', application: 'framed-kerberos' },
    { port: 389, layer: 'tcp', application: 'ldap' },
  ],
  firewall: [{ action: 'drop', from: at.EDGE_INTERNAL, to: at.DOMAIN_CONTROLLER, transport: 'tcp', port: 389 }],
}

const internet = {
  name: 'internet',
  certificate: 'partner',
  legs: [
    outside(
      '02:00:00:00:01:01',
      ...[at.REMOTE_USER, at.PUBLIC_DNS].map((address) => `${address}/24`),
      ...[at.PARTNER_ACCESS, at.PARTNER_AV, at.XMPP_PARTNER, at.PIC_PARTNER].map((address) => `${address}/24`),
      ...[at.CRL_SERVER, at.CRL_SERVER_DOWN, at.SCANNER].map((address) => `${address}/24`),
      ...[at.REMOTE_USER_6, at.SCANNER_6].map((address) => `${address}/64`),
    ),
  ],
  ports: [
    { port: 53, transport: 'udp', application: 'dns-public', address: at.PUBLIC_DNS },
    { port: 53, layer: 'tcp', application: 'framed-dns-public', address: at.PUBLIC_DNS },
    { port: 80, ...web, address: at.CRL_SERVER },
    { port: 5061, ...sip, address: at.PARTNER_ACCESS },
    { port: 5269, layer: 'starttls', application: 'xmpp', address: at.XMPP_PARTNER, certificate: 'xmpp' },
    { port: 443, layer: 'ms-turn', address: at.PARTNER_AV },
    { port: 3478, transport: 'udp', application: 'stun', address: at.PARTNER_AV },
    { port: 50250, transport: 'udp', application: 'rtp', address: at.PARTNER_AV },
    { port: 50310, layer: 'tcp', application: 'framed-rtp', address: at.PARTNER_AV },
  ],
  firewall: [{ action: 'drop', from: at.EDGE_ACCESS, to: at.PIC_PARTNER, transport: 'tcp', port: 5061 }],
}

export const HOSTS = [
  director,
  edge,
  frontEnd,
  restOfPool,
  domainController,
  internet,
  {
    name: 'rp01',
    certificate: 'rp01',
    legs: [inside('02:00:00:00:00:30', `${at.REVERSE_PROXY}/24`)],
    ports: [{ port: 4443, ...secureWeb }],
  },
  { name: 'admin01', certificate: 'admin01', legs: [inside('02:00:00:00:00:50', `${at.ADMIN_STATION}/24`)], ports: [] },
  {
    name: 'sql01',
    legs: [inside('02:00:00:00:00:60', `${at.SQL_SERVER}/24`)],
    ports: [{ port: 1433, layer: 'tcp', application: 'tds' }],
  },
  {
    name: 'backup01',
    legs: [inside('02:00:00:00:00:77', `${at.BACKUP_SERVER}/24`)],
    ports: [{ port: 445, layer: 'tcp', application: 'smb' }],
  },
  {
    name: 'clients',
    legs: [
      inside(
        '02:00:00:00:00:c1',
        ...[at.CLIENT, at.OTHER_CLIENT, at.OLD_PHONE].map((address) => `${address}/16`),
        `${at.CLIENT_6}/64`,
      ),
    ],
    ports: [],
  },
  {
    name: 'router',
    legs: [inside('02:00:00:00:00:01', `${at.ROUTER}/24`), branch('02:00:00:00:05:01', `${at.ROUTER_BRANCH}/24`)],
    ports: [],
    forwards: true,
  },
  {
    name: 'branch',
    legs: [
      {
        ...branch('02:00:00:00:05:10', `${at.BRANCH_CLIENT}/24`),
        gateways: [{ to: '10.0.0.0/24', via: at.ROUTER_BRANCH }],
      },
    ],
    ports: [],
  },
  {
    name: 'stranger',
    certificate: 'stranger',
    legs: [inside('02:00:00:00:00:99', `${at.STRANGER}/24`, `${at.STRANGER_6}/64`)],
    ports: [{ port: 443, ...secureWeb }],
    firewall: [{ action: 'drop', from: at.EDGE_INTERNAL, to: at.STRANGER, transport: 'tcp', port: 445 }],
  },
]

/** The addresses whose packets pass each recorded machine's interfaces. */
export const ADDRESSES_OF = Object.fromEntries(
  HOSTS.map((host) => [host.name, host.legs.flatMap((leg) => leg.addresses.map((address) => address.split('/')[0]))]),
)

export function hostOf(address) {
  const found = HOSTS.find((host) => ADDRESSES_OF[host.name].includes(address))
  if (!found) throw new Error(`no host has the address ${address}`)
  return found.name
}
