import { once } from 'node:events'
import http from 'node:http'

const BODY = '<html><body>Sample answer</body></html>\r\n'

const server = http.createServer((request, response) => {
  if (request.url === '/reset') {
    request.socket.resetAndDestroy()
    return
  }
  request.resume()
  response.sendDate = false
  response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': BODY.length, Connection: 'close' })
  response.end(BODY)
})
server.on('clientError', (_error, socket) => socket.destroy())

export function serveHttp(socket) {
  server.emit('connection', socket)
}

export async function callHttp(socket, { method = 'GET', path = '/', host }) {
  const headers = { Host: host, 'User-Agent': 'sample', Connection: 'close' }
  const request = http.request({ createConnection: () => socket, method, path, headers })
  request.end()
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'end')
  if (response.statusCode !== 200) throw new Error(`HTTP status ${response.statusCode}`)
}
