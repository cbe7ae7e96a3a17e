import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/**
 * TLS by the openssl program, for ends that refuse the other's certificate: Node.js looks at certificates after the
 * handshake and never sends an alert about them. These ends trust an authority that has signed nothing.
 */

const children = new Set()
process.on('exit', () => {
  for (const child of children) child.kill()
})

function start(keys, words, certificate) {
  const identity = certificate
    ? ['-cert', join(keys, `${certificate}.pem`), '-key', join(keys, `${certificate}.key`)]
    : []
  const trust = ['-CAfile', join(keys, 'unknown.pem'), '-no-CApath', '-no-CAstore', '-verify_return_error']
  // Standard input stays open: its end would be the end of the connection.
  const child = spawn('openssl', [...words, '-tls1_2', ...identity, ...trust], { stdio: 'pipe' })
  children.add(child)
  child.on('exit', () => children.delete(child))
  return child
}

/** Takes one connection, and refuses the client's certificate. */
export async function refuseClient(keys, { address, port, certificate }) {
  const words = ['s_server', '-accept', `${address}:${port}`, '-naccept', '1', '-Verify', '1']
  const child = start(keys, words, certificate)
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) if (`${chunk}`.includes('ACCEPT')) break
  child.stdout.resume()
  child.stderr.resume()
}

/** Makes a connection, and refuses the server's certificate. */
export async function refuseServer(keys, { from, fromPort, to, port, certificate, serverName }) {
  const ends = ['-connect', `${to}:${port}`, '-bind', `${from}:${fromPort}`, '-servername', serverName]
  const child = start(keys, ['s_client', ...ends, '-verify', '1'], certificate)
  child.stdout.resume()
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  await once(child, 'close')
  return said.includes('certificate verify failed') ? 'handshake-failed' : said
}
