import { tool } from 'ai'
import { z } from 'zod'

// The tools of the workers. Each is one call to the shop's services; what fails is thrown, so that the model
// sees the error and can try again.
export function shopTools(base) {
  async function call(method, path, body) {
    const response = await fetch(base + path, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(1500),
    })
    const value = await response.json()
    if (!response.ok) throw new Error(`${response.status} ${value.error}`)
    return value
  }

  const get = (description, name, path) =>
    tool({
      description,
      inputSchema: z.object({ [name]: z.string() }),
      execute: (input) => call('GET', `/${path}/${encodeURIComponent(input[name])}`),
    })

  const post = (description, shape, path) =>
    tool({ description, inputSchema: z.object(shape), execute: (input) => call('POST', `/${path}`, input) })

  return {
    get_order: get('Items, total and state of an order', 'order', 'orders'),
    get_payments: get('How an order was paid', 'order', 'payments'),
    check_stock: get('Pieces of an article that can be sold now', 'sku', 'stock'),
    find_alternatives: get('Articles like the one that is missing', 'sku', 'alternatives'),
    find_parts: get('Spare parts that fit a machine', 'machine', 'parts'),
    search_catalog: get('Full text search in the catalogue', 'query', 'catalog'),
    read_policy: get('The text of one policy', 'id', 'policies'),
    track_parcel: get('Where a parcel is', 'parcel', 'parcels'),
    get_quote: get('Price and days of a delivery; "City/express" asks for the fast service', 'destination', 'quotes'),
    get_refund: get('State of a refund', 'refund', 'refunds'),
    create_return_label: post('A prepaid label to send an order back', { order: z.string() }, 'labels'),
    book_pickup: post('Have the carrier fetch a parcel', { order: z.string() }, 'pickups'),
    issue_refund: post('Pay money back', { order: z.string(), amount: z.number(), reason: z.string() }, 'refunds'),
    reserve_stock: post(
      'Set pieces aside for three days',
      { sku: z.string(), warehouse: z.string(), pieces: z.number() },
      'reservations',
    ),
  }
}

// Policies are a short list in memory: a tool that answers in no time.
export const listPolicies = tool({
  description: 'Ids and titles of all policies',
  inputSchema: z.object({}),
  execute: async () => [
    { id: 'returns-7', title: 'Damaged on arrival' },
    { id: 'returns-9', title: 'Change of mind' },
    { id: 'bulk-2', title: 'Business orders' },
  ],
})
