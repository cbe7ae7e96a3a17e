/** One page of the documentation that rules are taken from. */
export interface Page {
  readonly title: string
  /** File name in the published documentation repository. Absent: no page says it, the rules are common knowledge. */
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
  'windows-baseline': {
    title: 'Windows host baseline (common Windows networking, no Lync page)',
  },
} as const satisfies Readonly<Record<string, Page>>

/** The pages that built-in rules may cite, as users type them after the pack: `lync-2013/single-director`. */
export type PageId = keyof typeof pages

/** Every page that a built-in rule cites. */
export const PAGES: Readonly<Record<string, Page>> = pages
