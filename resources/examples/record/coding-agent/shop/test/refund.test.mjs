import { fullRefund, partialRefund } from '../src/refund.js'
import { equal } from './equal.mjs'

const order = {
  id: 'T-2',
  shipping: 490,
  items: [
    { sku: 'A', price: 1000, quantity: 1 },
    { sku: 'B', price: 500, quantity: 2 },
  ],
  payments: [{ kind: 'card', amount: 2490 }],
}

export const paysBackEverything = () => equal(fullRefund(order), 2490)
export const paysBackOneItem = () => equal(partialRefund(order, ['B']), 1000)
export const allItemsAreAFullRefund = () => equal(partialRefund(order, ['A', 'B']), 2490)
