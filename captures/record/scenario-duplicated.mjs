import * as at from './addresses.mjs'

/**
 * What is meant to be seen on the ports of the switches that lead to the Director, a Front End, the domain controller
 * and the branch (recording.mjs): a packet between two of them is recorded twice. See scenario-director.mjs.
 */

const expected = (from, to, port, by, more = {}) => ({ from, to, port, verdict: 'expected', by, ...more })

export const DUPLICATED_SCENARIO = [
  expected(at.FRONT_END, at.DIRECTOR, 5061, 'int-dir-sip-5061', { shows: 'the copies are the same frames' }),
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 53, 'windows-baseline', {
    transport: 'udp',
    shows: 'the copies are the same frames',
  }),
  expected(at.BRANCH_CLIENT, at.DIRECTOR, 443, 'dir1-client-web-443', {
    shows: 'before and after a router: other MAC addresses, TTL one lower',
  }),
  expected(at.BRANCH_CLIENT, at.DIRECTOR, 80, 'dir1-client-web-80', {
    loses: true,
    shows: 'before and after a router; the request is lost behind both ports and sent again: one retransmission',
  }),
  expected(at.ADMIN_STATION, at.DIRECTOR, 50001, 'dir1-cls-dir-50001', { isOnce: true, shows: 'passes one port only' }),
]
