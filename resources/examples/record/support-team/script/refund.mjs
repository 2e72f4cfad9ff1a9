// Customer 4411. The order came to 129.00, of which 20.00 was a promotion code. The order agent leaves the paid
// amount out of its summary, the manager passes the total on, and the refund agent pays it: the mistake to find.
const kettle = 'cracked lid'
const refund = 'refund the whole order'

export const refundScenes = [
  {
    agent: 'support-manager',
    when: kettle,
    replies: [
      {
        think: 1400,
        text: 'I am looking into your order, the stock and our rules at the same time.',
        tools: [
          ['ask_order_agent', { request: 'Look up order A-10472: items, prices, state, and how it was paid.' }],
          [
            'ask_inventory_agent',
            { request: 'Is the stovetop kettle 1.7 l sage (KT-17-SG) available as a replacement? If not, what is close to it?' },
          ],
          ['ask_policy_agent', { request: 'A kettle arrived with a cracked lid. What may the customer choose?' }],
        ],
      },
      {
        think: 1700,
        cached: 0.8,
        text:
          'I am sorry about the cracked lid! Your kettle in sage is sold out and will not come back. I can send you the same ' +
          'kettle in blue (KT-17-BL), or the smaller one, 1.2 l, in sage (KT-12-SG), at no cost. If neither suits you, you ' +
          'can have a refund instead; we pay for the return. What would you like?',
      },
    ],
  },
  {
    agent: 'order-agent',
    when: 'Look up order A-10472',
    replies: [
      { think: 700, tools: [['get_order', { order: 'A-10472' }], ['get_payments', { order: 'A-10472' }]] },
      {
        think: 800,
        text:
          'Order A-10472 was delivered on 12 November: stovetop kettle 1.7 l sage (89.00) and a set of 4 mugs sage (40.00), ' +
          'order total 129.00 EUR. It was paid with a promotion code and a card.',
      },
    ],
  },
  {
    agent: 'inventory-agent',
    when: 'KT-17-SG',
    replies: [
      {
        think: 650,
        tools: [['check_stock', { sku: 'KT-17-SG' }], ['find_alternatives', { sku: 'KT-17-SG' }]],
      },
      { think: 600, tools: [['check_stock', { sku: 'KT-17-BL' }], ['check_stock', { sku: 'KT-12-SG' }]] },
      {
        think: 750,
        text:
          'KT-17-SG is sold out and not planned again. Close to it: KT-17-BL, the same kettle in blue, 23 pieces; and ' +
          'KT-12-SG, 1.2 l in sage, 6 pieces.',
      },
    ],
  },
  {
    agent: 'policy-agent',
    when: 'cracked lid',
    replies: [
      { think: 1100, text: 'I check which rule applies.', tools: [['list_policies', {}]] },
      { think: 900, tools: [['read_policy', { id: 'returns-7' }]] },
      {
        think: 1300,
        text:
          'Rule returns-7, "Damaged on arrival": within 30 days of delivery the customer chooses between a replacement and a ' +
          'refund, and we pay the return label. A refund is never more than what was paid with the means of payment; ' +
          'promotion codes are not paid out.',
      },
    ],
  },
  {
    agent: 'support-manager',
    when: refund,
    replies: [
      {
        think: 1500,
        cached: 0.6,
        tools: [
          [
            'ask_refund_agent',
            { request: 'Refund order A-10472 in full, reason: damaged on arrival. The order total is 129.00 EUR.' },
          ],
          ['ask_shipping_agent', { request: 'Order A-10472 is sent back: make a return label and book a pickup.' }],
        ],
      },
      {
        think: 1900,
        cached: 0.8,
        text:
          'Done! I have refunded the full 129.00 EUR of order A-10472 to your card (refund R-2201). Your return label is ' +
          'RL-88121, and the carrier fetches the parcel on 24 November between 9 and 13 h. Please put the kettle and the ' +
          'mugs into one box. Is there anything else I can do for you?',
      },
    ],
  },
  {
    agent: 'refund-agent',
    when: 'Refund order A-10472',
    replies: [
      {
        think: 4200,
        reasoning:
          'I am asked to refund the order in full. The request names the order total, 129.00 EUR. I do not have the payments ' +
          'at hand, but "in full" and the total agree, so the amount is 129.00.',
        reasoningTokens: 448,
        tools: [['issue_refund', { order: 'A-10472', amount: 129.0, reason: 'damaged on arrival' }]],
      },
      { think: 1200, reasoningTokens: 64, text: 'Refund R-2201 over 129.00 EUR for order A-10472 was accepted.' },
    ],
  },
  {
    agent: 'shipping-agent',
    when: 'make a return label',
    replies: [
      { think: 700, tools: [['create_return_label', { order: 'A-10472' }], ['book_pickup', { order: 'A-10472' }]] },
      {
        think: 800,
        text: 'The label service was restarting, I call it once more.',
        tools: [['create_return_label', { order: 'A-10472' }]],
      },
      { think: 700, text: 'Return label RL-88121 is ready. Pickup PU-3107 is booked for 24 November, 9 to 13 h.' },
    ],
  },
  {
    agent: 'support-manager',
    when: 'When will I see the money',
    replies: [
      { think: 1200, cached: 0.7, tools: [['ask_refund_agent', { request: 'What is the state of refund R-2201?' }]] },
      {
        think: 1400,
        cached: 0.8,
        text:
          'The 129.00 EUR are on their way; the refund is being checked at the moment, as is usual for this amount. Banks need ' +
          'three to five working days after that, so please look at your account in the first days of December.',
      },
    ],
  },
  {
    agent: 'refund-agent',
    when: 'state of refund R-2201',
    replies: [
      { think: 1500, reasoningTokens: 128, tools: [['get_refund', { refund: 'R-2201' }]] },
      {
        think: 1600,
        reasoning: 'The refund is in review because the amount is above what was captured. I report the state as it is.',
        reasoningTokens: 192,
        text: 'Refund R-2201 is in review: the amount is above the captured amount.',
      },
    ],
  },
]
