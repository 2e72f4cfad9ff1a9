import { monthlyReport } from '../src/report.js'
import { equal } from './equal.mjs'

const old = { id: 'T-3', year: 2024, returned: true, items: [{ sku: 'A', price: 700, quantity: 6 }], shipping: 590 }

export const countsOldOrders = () =>
  equal(monthlyReport([old]), 'orders    1\nsold      47.90\nreturned  1\nrefunded  47.90')
