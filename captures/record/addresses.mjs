/** The addresses of the sample deployment. All of them are private or reserved for documentation (RFC 5737, RFC 3849). */

export const DIRECTOR = '10.0.0.16'
export const DIRECTOR_6 = '2001:db8:10::16'
/** The Director's second address, which no inventory lists. */
export const DIRECTOR_BACKUP = '10.0.0.99'

export const EDGE_INTERNAL = '10.0.0.20'
export const EDGE_INTERNAL_6 = '2001:db8:10::20'
export const EDGE_ACCESS = '192.0.2.20'
export const EDGE_ACCESS_6 = '2001:db8:ff::20'
export const EDGE_WEBCONF = '192.0.2.21'
export const EDGE_AV = '192.0.2.22'
export const EDGE_AV_6 = '2001:db8:ff::22'

export const REVERSE_PROXY = '10.0.0.30'
/** Front End and Central Management master. */
export const FRONT_END = '10.0.0.40'
/** Members of the pool: what becomes of 444 names the first three; what is wrong with their 5061 is in hosts.mjs. */
export const FRONT_END_STOPPED = '10.0.0.41'
export const FRONT_END_DROPPED = '10.0.0.42'
export const FRONT_END_REJECTED = '10.0.0.43'
/** Newly built: TLS 1.3, and certificates of an older machine. */
export const FRONT_END_NEW = '10.0.0.44'

export const DOMAIN_CONTROLLER = '10.0.0.10'
export const DOMAIN_CONTROLLER_6 = '2001:db8:10::10'
export const ADMIN_STATION = '10.0.0.50'
export const SQL_SERVER = '10.0.0.60'

export const CLIENT = '10.1.0.10'
export const CLIENT_6 = '2001:db8:1::10'
export const OTHER_CLIENT = '10.1.0.11'
/** A phone that offers only cipher suites the servers have switched off. */
export const OLD_PHONE = '10.1.0.12'
/** In a branch, behind a router. */
export const BRANCH_CLIENT = '10.1.5.10'
/** The router's addresses: on the servers' side and on the branch's. */
export const ROUTER = '10.0.0.1'
export const ROUTER_BRANCH = '10.1.5.1'

/** In no inventory. */
export const STRANGER = '10.9.9.9'
export const STRANGER_6 = '2001:db8:9::9'
/** In no inventory either, but in the domain's DNS. */
export const BACKUP_SERVER = '10.0.0.77'

export const REMOTE_USER = '198.51.100.10'
export const REMOTE_USER_6 = '2001:db8:c::10'
export const PARTNER_ACCESS = '203.0.113.5'
export const PARTNER_AV = '203.0.113.6'
export const XMPP_PARTNER = '203.0.113.25'
export const PIC_PARTNER = '203.0.113.30'

/** Internet addresses that no inventory lists. */
export const PUBLIC_DNS = '198.51.100.53'
export const CRL_SERVER = '203.0.113.80'
export const CRL_SERVER_DOWN = '203.0.113.81'
export const SCANNER = '203.0.113.200'
export const SCANNER_6 = '2001:db8:bad::1'
