import { createServer } from 'node:http'
import { bodyOf } from '../server/index.mjs'

// A minimal OTLP/HTTP collector: keeps every posted trace body as it came.
export async function startReceiver(port = 0) {
  const bodies = []
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    if (request.url === '/v1/traces') bodies.push(JSON.parse(body))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  return { bodies, url: `http://127.0.0.1:${server.address().port}/v1/traces`, close: () => server.close() }
}
