import { itemOf, orderTotal } from './order.js'
import { sum } from './money.js'

export function fullRefund(order) {
  return orderTotal(order)
}

export function partialRefund(order, skus) {
  if (skus.length === order.items.length) return fullRefund(order)
  return sum(skus.map((sku) => itemOf(order, sku).price * itemOf(order, sku).quantity))
}
