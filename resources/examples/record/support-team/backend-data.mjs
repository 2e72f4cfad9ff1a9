// What the shop knows. Order A-10472 cost 129.00, but only 109.00 of it was paid with money.
export const orders = {
  'A-10472': {
    order: 'A-10472',
    customer: 4411,
    placed: '2026-11-06',
    status: 'delivered 2026-11-12',
    items: [
      { sku: 'KT-17-SG', name: 'Stovetop kettle 1.7 l, sage', price: 89.0, quantity: 1 },
      { sku: 'MG-04-SG', name: 'Mugs, set of 4, sage', price: 40.0, quantity: 1 },
    ],
    total: 129.0,
    currency: 'EUR',
  },
  'A-10388': {
    order: 'A-10388',
    customer: 2087,
    placed: '2026-11-14',
    status: 'shipped 2026-11-16',
    items: [{ sku: 'PN-24-CI', name: 'Cast iron pan 24 cm', price: 64.5, quantity: 1 }],
    total: 64.5,
    currency: 'EUR',
    parcel: 'PX-552-907',
  },
}

export const payments = {
  'A-10472': {
    order: 'A-10472',
    payments: [
      { kind: 'promotion', code: 'SPRING20', amount: 20.0, refundable: false },
      { kind: 'card', last4: '0027', amount: 109.0, captured: true, refundable: true },
    ],
    currency: 'EUR',
  },
}

export const stock = {
  'KT-17-SG': { sku: 'KT-17-SG', name: 'Stovetop kettle 1.7 l, sage', available: 0, restock: 'not planned' },
  'KT-17-BL': { sku: 'KT-17-BL', name: 'Stovetop kettle 1.7 l, blue', available: 23, warehouse: 'north' },
  'KT-12-SG': { sku: 'KT-12-SG', name: 'Stovetop kettle 1.2 l, sage', available: 6, warehouse: 'south' },
  'MG-01-WH': { sku: 'MG-01-WH', name: 'Mug, white, 0.3 l', available: 164, warehouses: { north: 90, south: 74 } },
  'WF-03': { sku: 'WF-03', name: 'Water filter, small, for BR-300', available: 14, warehouse: 'north', price: 12.9 },
}

export const alternatives = { 'KT-17-SG': ['KT-17-BL', 'KT-12-SG'] }

export const parts = { 'BR-300': [{ sku: 'WF-03', fits: ['BR-300', 'BR-350'] }] }

export const policies = {
  'returns-7': {
    id: 'returns-7',
    title: 'Damaged on arrival',
    text:
      'Within 30 days of delivery the customer chooses between a replacement and a refund. We pay the return label. ' +
      'A refund goes back to the means of payment and is never more than what was paid with it; ' +
      'promotion codes are not paid out and are not issued again.',
  },
  'bulk-2': {
    id: 'bulk-2',
    title: 'Business orders',
    text: 'From 100 pieces of one article: 12 percent off the list price, delivery to several addresses at cost.',
  },
}

export const parcels = {
  'PX-552-907': {
    parcel: 'PX-552-907',
    carrier: 'Parcelline',
    events: [
      { at: '2026-11-16T17:20', place: 'our warehouse', what: 'handed over' },
      { at: '2026-11-18T06:41', place: 'depot 14', what: 'address label damaged, relabelled' },
      { at: '2026-11-21T05:12', place: 'depot 14', what: 'loaded for delivery' },
    ],
    expected: '2026-11-23',
  },
}

export const quotes = {
  Hamburg: { city: 'Hamburg', pieces: 40, price: 31.4, days: 2, arrives: '2026-12-01' },
  Lyon: { city: 'Lyon', pieces: 40, price: 48.9, days: 4, arrives: '2026-12-03' },
  Porto: { city: 'Porto', pieces: 40, price: 66.2, days: 6, arrives: '2026-12-07' },
  'Porto/express': { city: 'Porto', pieces: 40, price: 118.0, days: 3, arrives: '2026-12-03', service: 'express' },
}
