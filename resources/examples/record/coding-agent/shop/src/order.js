import { sum } from './money.js'

export const itemsTotal = (order) => sum(order.items.map((item) => item.price * item.quantity))

export const orderTotal = (order) => itemsTotal(order) + (order.shipping ?? 0)

export function itemOf(order, sku) {
  const item = order.items.find((candidate) => candidate.sku === sku)
  if (!item) throw new Error(`order ${order.id} has no item ${sku}`)
  return item
}
