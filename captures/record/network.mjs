import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Network namespaces for the sample deployment: one for each host and one with two bridges as switches.
 * The veth pairs are created inside these namespaces, so the machine's own networking is never touched,
 * and there is no route out of them.
 */

const SWITCHES = ['inside', 'outside', 'branch']
/** Where `ip netns` keeps a file for each namespace. */
const NAMESPACES = '/run/netns'

function run(...words) {
  execFileSync(words[0], words.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
}

export function namespaceOf(prefix, name) {
  return `${prefix}-${name}`
}

function setKernel(namespace, settings) {
  run('ip', 'netns', 'exec', namespace, 'sysctl', '-q', '-w', ...settings)
}

function makeSwitches(namespace) {
  run('ip', 'netns', 'add', namespace)
  setKernel(namespace, ['net.ipv6.conf.default.disable_ipv6=1'])
  for (const name of SWITCHES) {
    run('ip', '-n', namespace, 'link', 'add', name, 'type', 'bridge', 'mcast_snooping', '0')
    run('ip', '-n', namespace, 'link', 'set', name, 'up')
  }
}

function addLeg(namespace, switches, hostName, leg, index) {
  const device = `eth${index}`
  const port = `${hostName}-${index}`
  run('ip', '-n', switches, 'link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', namespace)
  run('ip', '-n', switches, 'link', 'set', port, 'master', leg.switch, 'up')
  run('ip', '-n', namespace, 'link', 'set', device, 'address', leg.mac, 'up')
  for (const address of leg.addresses) {
    const options = address.includes(':') ? ['nodad'] : ['broadcast', '+']
    run('ip', '-n', namespace, 'address', 'add', address, ...options, 'dev', device)
  }
  for (const route of leg.routes) run('ip', '-n', namespace, 'route', 'replace', route, 'dev', device)
  for (const { to, via } of leg.gateways ?? []) run('ip', '-n', namespace, 'route', 'replace', to, 'via', via)
  if (index > 0) return
  run('ip', '-n', namespace, 'route', 'add', '224.0.0.0/4', 'dev', device)
  run('ip', '-n', namespace, 'route', 'add', '255.255.255.255', 'dev', device)
}

/** Routing policy serves as the firewall: it needs no packet filter in the kernel, and packets are still recorded. */
function addFirewall(namespace, entries) {
  setKernel(namespace, ['net.ipv4.ip_forward=1'])
  run('ip', '-n', namespace, 'rule', 'add', 'pref', '100', 'lookup', 'local')
  run('ip', '-n', namespace, 'rule', 'delete', 'pref', '0')
  for (const { action, from, to, transport, port } of entries) {
    const what = ['from', from ?? 'all', 'to', to, 'ipproto', transport, 'dport', String(port)]
    run('ip', '-n', namespace, 'rule', 'add', 'pref', '10', ...what, action === 'drop' ? 'blackhole' : 'prohibit')
  }
}

/** Makes a host drop what one address sends to another; gives the function that ends it. */
export function closeFor(namespace, { from, to }) {
  const rule = ['pref', '5', 'from', from, 'to', to, 'blackhole']
  run('ip', '-n', namespace, 'rule', 'add', ...rule)
  return () => run('ip', '-n', namespace, 'rule', 'delete', ...rule)
}

function makeHost(prefix, host) {
  const namespace = namespaceOf(prefix, host.name)
  run('ip', 'netns', 'add', namespace)
  setKernel(namespace, [
    'net.ipv6.conf.default.accept_dad=0',
    'net.ipv6.conf.default.router_solicitations=0',
    'net.ipv4.icmp_ratelimit=0',
  ])
  run('ip', '-n', namespace, 'link', 'set', 'lo', 'up')
  for (const [index, leg] of host.legs.entries()) {
    addLeg(namespace, namespaceOf(prefix, 'switches'), host.name, leg, index)
  }
  if (host.forwards) setKernel(namespace, ['net.ipv4.ip_forward=1'])
  if (host.firewall) addFirewall(namespace, host.firewall)
}

export function makeNetwork(prefix, hosts) {
  makeSwitches(namespaceOf(prefix, 'switches'))
  for (const host of hosts) makeHost(prefix, host)
}

/** An interrupt from the keyboard also reaches the command that cleans up after it: then it is run again. */
function deleteNamespace(namespace) {
  for (let attempt = 1; existsSync(join(NAMESPACES, namespace)); attempt++) {
    try {
      run('ip', 'netns', 'delete', namespace)
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

/** Removes every namespace of this prefix. The interfaces go with them. */
export function removeNetwork(prefix) {
  if (!existsSync(NAMESPACES)) return
  for (const namespace of readdirSync(NAMESPACES)) if (namespace.startsWith(`${prefix}-`)) deleteNamespace(namespace)
}
