/** One page of the documentation that rules are taken from. */
export interface Page {
  readonly title: string
  /** File name in the published documentation repository. Absent: no page of it says so. */
  readonly file?: string
  /** Identifier in the TechNet library. */
  readonly library?: string
  /** The English page's own date of last change. */
  readonly date?: string
  /** The same of the Korean page. */
  readonly dateKo?: string
}

const pages = {
  'single-director': {
    title: 'Port summary - Single Director',
    file: 'lync-server-2013-port-summary-single-director.md',
    library: 'JJ204648',
    date: '2012-10-20',
    dateKo: '2015-03-09',
  },
  // The heading above this page's table says "Single Director"; title, file and addresses are those of a pool.
  'director-dns-hlb': {
    title: 'Port summary - DNS and HLB load balanced (Director pool)',
    file: 'lync-server-2013-port-summary-dns-and-hlb-load-balanced.md',
    library: 'JJ205179',
    date: '2012-10-22',
    dateKo: '2015-03-09',
  },
  'director-hlb': {
    title: 'Port summary - Scaled Director pool, hardware load balancer',
    file: 'lync-server-2013-port-summary-scaled-director-pool-hardware-load-balancer.md',
    library: 'JJ204983',
    date: '2012-10-21',
    dateKo: '2015-03-09',
  },
  'single-edge-nat': {
    title: 'Port summary - Single consolidated edge with private IP addresses using NAT',
    file: 'lync-server-2013-port-summary-single-consolidated-edge-with-private-ip-addresses-using-nat.md',
    library: 'Gg425891',
    date: '2013-04-03',
    dateKo: '2015-03-09',
  },
  'single-edge-public': {
    title: 'Port summary - Single consolidated edge with public IP addresses',
    file: 'lync-server-2013-port-summary-single-consolidated-edge-with-public-ip-addresses.md',
    library: 'JJ204756',
    date: '2013-02-21',
    dateKo: '2015-03-09',
  },
  'scaled-edge-dns-nat': {
    title: 'Port summary - Scaled consolidated edge, DNS load balancing with private IP addresses using NAT',
    file: 'lync-server-2013-port-summary-scaled-consolidated-edge-dns-load-balancing-with-private-ip-addresses-using-nat.md',
    library: 'Gg412756',
    date: '2012-12-04',
    dateKo: '2015-03-09',
  },
  'scaled-edge-dns-public': {
    title: 'Port summary - Scaled consolidated edge, DNS load balancing with public IP addresses',
    file: 'lync-server-2013-port-summary-scaled-consolidated-edge-dns-load-balancing-with-public-ip-addresses.md',
    library: 'JJ205394',
    date: '2013-04-03',
    dateKo: '2015-03-09',
  },
  'scaled-edge-hlb': {
    title: 'Port summary - Scaled consolidated edge with hardware load balancers',
    file: 'lync-server-2013-port-summary-scaled-consolidated-edge-with-hardware-load-balancers.md',
    library: 'Gg398739',
    date: '2015-04-27',
    dateKo: '2015-04-27',
  },
  'reverse-proxy': {
    title: 'Port summary - Reverse proxy',
    file: 'lync-server-2013-port-summary-reverse-proxy.md',
    library: 'JJ204932',
    date: '2013-02-15',
    dateKo: '2015-03-09',
  },
  autodiscover: {
    title: 'Port summary - Autodiscover',
    file: 'lync-server-2013-port-summary-autodiscover.md',
    library: 'JJ945642',
    date: '2013-03-05',
    dateKo: '2015-03-09',
  },
  'xmpp-federation': {
    title: 'Port summary - Extensible Messaging and Presence Protocol (XMPP) federation',
    file: 'lync-server-2013-port-summary-extensible-messaging-and-presence-protocol-xmpp-federation.md',
    library: 'JJ618371',
    date: '2012-10-20',
    dateKo: '2015-03-09',
  },
  'public-im': {
    title: 'Port summary - Public instant messaging connectivity',
    file: 'lync-server-2013-port-summary-public-instant-messaging-connectivity.md',
    library: 'JJ618376',
    date: '2013-02-16',
    dateKo: '2015-03-09',
  },
  // One row of its own; the others are those of the XMPP and public IM pages, and are cited by their names.
  federation: {
    title: 'Port summary - SIP/XMPP federation and public instant messaging',
    file: 'lync-server-2013-port-summary-sip-xmpp-federation-and-public-instant-messaging.md',
    library: 'JJ618373',
    date: '2013-03-15',
    dateKo: '2015-03-09',
  },
  'internal-servers': {
    title: 'Ports and protocols for internal servers',
    file: 'lync-server-2013-ports-and-protocols-for-internal-servers.md',
    library: 'Gg398833',
    date: '2016-04-06',
    dateKo: '2015-03-09',
  },
  'av-requirements': {
    title: 'Determine external A/V firewall and port requirements',
    file: 'lync-server-2013-determine-external-a-v-firewall-and-port-requirements.md',
    library: 'Gg425882',
    date: '2012-10-29',
  },
  'cls-overview': {
    title: 'Overview of the Centralized Logging Service',
    file: 'lync-server-2013-overview-of-the-centralized-logging-service.md',
    library: 'JJ688145',
    date: '2013-02-22',
  },
  'edge-topology': {
    title: 'Define your edge topology',
    file: 'lync-server-2013-define-your-edge-topology.md',
    library: 'Gg398591',
    date: '2012-09-28',
  },
  'director-certificates': {
    title: 'Certificate summary - Single Director',
    file: 'lync-server-2013-certificate-summary-single-director.md',
    library: 'JJ204720',
    date: '2012-09-08',
  },
  'sql-firewall': {
    title: 'Understanding firewall requirements for SQL Server',
    file: 'lync-server-2013-understanding-firewall-requirements-for-sql-server.md',
    library: 'Gg425818',
    date: '2013-02-21',
  },
  'conferencing-port-ranges': {
    title: 'Configuring port ranges for your Conferencing, Application, and Mediation servers',
    file: 'lync-server-2013-configuring-port-ranges-for-your-conferencing-application-and-mediation-servers.md',
    date: '2015-04-30',
  },
  'edge-port-ranges': {
    title: 'Configuring port ranges for your Edge Servers',
    file: 'lync-server-2013-configuring-port-ranges-for-your-edge-servers.md',
    date: '2015-07-24',
  },
  hybrid: {
    title: 'Planning for Lync Server 2013 hybrid deployments',
    file: 'lync-server-2013-planning-for-hybrid-deployments.md',
    library: 'JJ205403',
    date: '2016-05-25',
  },
  'pool-pairing': {
    title: 'Front End pool pairing data security',
    file: 'lync-server-2013-front-end-pool-pairing-data-security.md',
    date: '2014-10-07',
  },
  'mobility-technical': {
    title: 'Technical requirements for mobility',
    file: 'lync-server-2013-technical-requirements-for-mobility.md',
    library: 'Hh690030',
    date: '2014-07-24',
  },
  'response-group': {
    title: 'Technical requirements for Response Group',
    file: 'lync-server-2013-technical-requirements-for-response-group.md',
    date: '2013-11-07',
  },
  topology: {
    title: 'Topology documents of real deployments (Get-CsTopology -AsXml)',
  },
  'server-ports-2015': {
    title: 'Port and protocol requirements for servers (Skype for Business Server 2015)',
    file: 'ports-and-protocols.md',
    date: '2018-02-15',
  },
  // The page carries no date of its own.
  'edge-requirements-2015': {
    title: 'Edge Server environmental requirements in Skype for Business Server 2015',
    file: 'edge-environmental-requirements.md',
  },
  'windows-baseline': {
    title: 'Windows host baseline (common Windows networking, no Lync page)',
  },
} as const satisfies Readonly<Record<string, Page>>

/** The pages that built-in rules may cite, as users type them after the pack: `lync-2013/single-director`. */
export type PageId = keyof typeof pages

/** Every page that a built-in rule cites. */
export const PAGES: Readonly<Record<string, Page>> = pages
