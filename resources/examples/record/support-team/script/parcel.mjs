// Customer 2087. The model provider turns the order agent away once (429), and the carrier is too slow once.
export const parcelScenes = [
  {
    agent: 'support-manager',
    when: 'Where is my pan',
    replies: [
      { think: 1300, tools: [['ask_order_agent', { request: 'Which parcel belongs to order A-10388, and what is its state?' }]] },
      {
        think: 1000,
        cached: 0.8,
        tools: [['ask_shipping_agent', { request: 'Where is parcel PX-552-907, and when will it be delivered?' }]],
      },
      {
        think: 1600,
        cached: 0.8,
        text:
          'Your pan is close: the address label was damaged on the way, so the parcel waited in a depot for two days until it ' +
          'had a new one. It was loaded for delivery on 21 November and should reach you by 23 November. If it is not there ' +
          'by then, write to me and I will send you another pan at once.',
      },
    ],
  },
  {
    agent: 'order-agent',
    when: 'A-10388',
    replies: [
      {
        think: 700,
        refuse: {
          status: 429,
          type: 'rate_limit_exceeded',
          message: 'Rate limit reached for gpt-4o-mini: too many requests. Try again in 2 s.',
          retryAfter: 2,
        },
        tools: [['get_order', { order: 'A-10388' }]],
      },
      { think: 700, text: 'Order A-10388 (cast iron pan 24 cm, 64.50 EUR) was shipped on 16 November as parcel PX-552-907.' },
    ],
  },
  {
    agent: 'shipping-agent',
    when: 'PX-552-907',
    replies: [
      { think: 650, tools: [['track_parcel', { parcel: 'PX-552-907' }]] },
      { think: 800, text: 'The carrier did not answer in time, one more try.', tools: [['track_parcel', { parcel: 'PX-552-907' }]] },
      {
        think: 900,
        text:
          'Parcel PX-552-907: relabelled in depot 14 on 18 November because the address label was damaged, loaded for delivery ' +
          'on 21 November, expected by 23 November.',
      },
    ],
  },
]
