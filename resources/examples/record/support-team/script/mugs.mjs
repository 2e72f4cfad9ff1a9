// Customer 7150. Five workers at once, three of them the same agent, and a reservation that has to be split.
const quoteFor = (city, replies) => ({ agent: 'shipping-agent', when: `40 mugs to ${city}`, replies })
const ask = (city) => ['ask_shipping_agent', { request: `Quote the delivery of 40 mugs to ${city}, there by 4 December.` }]

export const mugScenes = [
  {
    agent: 'support-manager',
    when: '120 white mugs',
    replies: [
      {
        think: 2200,
        text: 'I ask the warehouse and the carrier for all three cities at once.',
        tools: [
          ['ask_inventory_agent', { request: 'Reserve 120 white mugs (MG-01-WH) for customer 7150.' }],
          ask('Hamburg'),
          ask('Lyon'),
          ask('Porto'),
          ['ask_policy_agent', { request: 'A business customer orders 120 mugs for three addresses. Which rule applies?' }],
        ],
      },
      {
        think: 2600,
        pace: 60,
        cached: 0.8,
        text:
          'Yes, that is possible. Your 120 mugs are held until 25 November. Delivery, each 40 mugs:\n' +
          '- Hamburg: 31.40 EUR, there on 1 December\n- Lyon: 48.90 EUR, there on 3 December\n' +
          '- Porto: 118.00 EUR with the express service, there on 3 December (the normal service would arrive on 7 December)\n' +
          'That is 198.30 EUR for delivery. From 100 pieces on you also get 12 percent off the list price. Shall I place the order?',
      },
    ],
  },
  {
    agent: 'inventory-agent',
    when: 'Reserve 120 white mugs',
    replies: [
      { think: 650, tools: [['check_stock', { sku: 'MG-01-WH' }]] },
      { think: 700, tools: [['reserve_stock', { sku: 'MG-01-WH', warehouse: 'north', pieces: 120 }]] },
      {
        think: 1000,
        text: 'North has only 90. I split the reservation.',
        tools: [
          ['reserve_stock', { sku: 'MG-01-WH', warehouse: 'north', pieces: 80 }],
          ['reserve_stock', { sku: 'MG-01-WH', warehouse: 'south', pieces: 40 }],
        ],
      },
      { think: 800, text: 'Reserved 120 pieces of MG-01-WH until 25 November: 80 in the north, 40 in the south warehouse.' },
    ],
  },
  quoteFor('Hamburg', [
    { think: 700, tools: [['get_quote', { destination: 'Hamburg' }]] },
    { think: 650, text: 'Hamburg: 31.40 EUR, arrives on 1 December.' },
  ]),
  quoteFor('Lyon', [
    { think: 900, tools: [['get_quote', { destination: 'Lyon' }]] },
    { think: 700, text: 'Lyon: 48.90 EUR, arrives on 3 December.' },
  ]),
  quoteFor('Porto', [
    { think: 800, tools: [['get_quote', { destination: 'Porto' }]] },
    { think: 900, text: 'The normal service is too late.', tools: [['get_quote', { destination: 'Porto/express' }]] },
    { think: 750, text: 'Porto: 66.20 EUR would arrive on 7 December, too late; express 118.00 EUR, arrives on 3 December.' },
  ]),
  {
    agent: 'policy-agent',
    when: '120 mugs',
    replies: [
      { think: 1000, tools: [['list_policies', {}]] },
      { think: 900, tools: [['read_policy', { id: 'bulk-2' }]] },
      {
        think: 1200,
        text: 'Rule bulk-2: from 100 pieces of one article 12 percent off the list price; several addresses at cost.',
      },
    ],
  },
]
