import { createServer } from 'node:http'
import { bodyOf } from '../server/index.mjs'
import { sleep } from '../server/pace.mjs'
import * as data from './backend-data.mjs'

// The shop's own services, slow and unreliable in places. A fault counts its calls, so each strikes once.
export class Faults {
  constructor() {
    this.seen = new Set()
  }

  isFirst(name) {
    const first = !this.seen.has(name)
    this.seen.add(name)
    return first
  }
}

const found = (value) => (value ? [200, value] : [404, { error: 'not found' }])

const routes = {
  'GET /orders': async (id) => [120, ...found(data.orders[id])],
  'GET /payments': async (id) => [240, ...found(data.payments[id])],
  'GET /stock': async (id) => [90 + id.length * 15, ...found(data.stock[id])],
  'GET /alternatives': async (id) => [310, ...found(data.alternatives[id])],
  'GET /parts': async (id) => [180, ...found(data.parts[id])],
  'GET /policies': async (id) => [60, ...found(data.policies[id])],
  'GET /catalog': async () => [420, 404, { error: 'index "accessories" has no document for this query' }],
  'GET /quotes': async (id) => [650, ...found(data.quotes[decodeURIComponent(id)])],

  // The carrier is slow the first time, longer than the tool waits.
  'GET /parcels': async (id, _, faults) => [faults.isFirst('parcels') ? 5000 : 380, ...found(data.parcels[id])],

  'POST /labels': async (_, { order }, faults) =>
    faults.isFirst('labels')
      ? [900, 503, { error: 'label service restarting' }]
      : [540, 200, { label: 'RL-88121', order, carrier: 'Parcelline', url: 'https://shop.example/labels/RL-88121' }],

  'POST /pickups': async (_, { order }) => [330, 200, { pickup: 'PU-3107', order, day: '2026-11-24', window: '9-13' }],

  // Accepts more than was captured and only says so in a field that nobody reads.
  'POST /refunds': async (_, { order, amount }) => [
    760,
    202,
    { refund: 'R-2201', order, amount, captured: 109.0, status: 'accepted', review: amount > 109.0 },
  ],
  'GET /refunds': async (id) => [150, 200, { refund: id, status: 'in review', reason: 'amount is above captured' }],

  'POST /reservations': async (_, { sku, warehouse, pieces }) => {
    const held = data.stock[sku]?.warehouses?.[warehouse] ?? data.stock[sku]?.available ?? 0
    if (pieces > held) return [210, 409, { error: `only ${held} pieces in warehouse ${warehouse}` }]
    return [260, 201, { reservation: `RS-${sku}-${warehouse}-${pieces}`, sku, warehouse, pieces, until: '2026-11-25' }]
  },
}

async function answer(faults, request, response) {
  const [, kind, id = ''] = new URL(request.url, 'http://local').pathname.split('/')
  const body = await bodyOf(request)
  const [delay, status, value] = await routes[`${request.method} /${kind}`](id, body && JSON.parse(body), faults)
  await sleep(delay)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export function startBackend(port = 0) {
  const faults = new Faults()
  const server = createServer((request, response) => answer(faults, request, response))
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done(server)))
}
