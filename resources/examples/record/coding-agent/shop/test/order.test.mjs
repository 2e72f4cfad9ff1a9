import { itemsTotal, orderTotal } from '../src/order.js'
import { equal } from './equal.mjs'

const order = { id: 'T-1', shipping: 490, items: [{ sku: 'A', price: 1000, quantity: 2 }] }

export const countsQuantities = () => equal(itemsTotal(order), 2000)
export const addsShipping = () => equal(orderTotal(order), 2490)
