// Customer 3302. The catalogue agent asks the very same question three times and learns nothing from the answer.
const search = { query: 'small water filter Barista 300' }

export const filterScenes = [
  {
    agent: 'support-manager',
    when: 'Barista 300 coffee machine',
    replies: [
      {
        think: 1200,
        tools: [['ask_catalog_agent', { request: 'Find the small water filter for the coffee machine Barista 300.' }]],
      },
      {
        think: 1500,
        cached: 0.8,
        text: 'The search does not help, so I go by the machine instead.',
        tools: [['ask_inventory_agent', { request: 'Which water filter fits the machine BR-300, and do we have it?' }]],
      },
      {
        think: 1300,
        cached: 0.8,
        text:
          'Yes, we do: the small filter WF-03 fits your Barista 300. It costs 12.90 EUR, and we have 14 of them. Search for ' +
          '"WF-03" in the shop; the name of the machine does not find it at the moment.',
      },
    ],
  },
  {
    agent: 'catalog-agent',
    when: 'Barista 300',
    replies: [
      { think: 600, tools: [['search_catalog', search]] },
      { think: 600, text: 'The search failed, I try again.', tools: [['search_catalog', search]] },
      { think: 650, text: 'The search failed, I try again.', tools: [['search_catalog', search]] },
      { think: 800, text: 'I could not find a small water filter for the Barista 300 in the catalogue.' },
    ],
  },
  {
    agent: 'inventory-agent',
    when: 'BR-300',
    replies: [
      { think: 650, tools: [['find_parts', { machine: 'BR-300' }]] },
      { think: 600, tools: [['check_stock', { sku: 'WF-03' }]] },
      { think: 700, text: 'WF-03, water filter, small, fits BR-300: 14 pieces in the north warehouse, 12.90 EUR.' },
    ],
  },
  {
    agent: 'support-manager',
    when: 'set two aside',
    replies: [
      { think: 1100, cached: 0.7, tools: [['ask_inventory_agent', { request: 'Reserve 2 pieces of WF-03 for customer 3302.' }]] },
      {
        think: 1200,
        cached: 0.8,
        text: 'Two filters WF-03 are set aside for you until 25 November. Just name your customer number when you order.',
      },
    ],
  },
  {
    agent: 'inventory-agent',
    when: 'Reserve 2 pieces',
    replies: [
      { think: 650, tools: [['reserve_stock', { sku: 'WF-03', warehouse: 'north', pieces: 2 }]] },
      { think: 600, text: 'Reserved: 2 pieces of WF-03 in the north warehouse until 25 November.' },
    ],
  },
]
