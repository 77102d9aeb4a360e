import type { JsonObject } from './avro-type.ts'

/** A ready-made schema, under the name that tutorials know it by. */
export interface Quickstart {
  readonly keyField: string
  readonly schema: JsonObject
}

const regions = options('string', ['Region_1', 'Region_2', 'Region_3', 'Region_4', 'Region_5'])
const userIds = { type: 'string', 'arg.properties': { regex: 'User_[1-9]' } }
const ips = options('string', [
  '10.11.2.84',
  '10.11.7.120',
  '10.23.40.6',
  '10.23.41.199',
  '10.48.0.15',
  '10.48.3.77',
])
const cities = options('string', ['Bergen', 'Cork', 'Ghent', 'Graz', 'Porto', 'Turku'])

/** Milliseconds from the start of 2026, a second apart. */
const times = count('long', 1_767_225_600_000, 1000)

export const quickstarts: Readonly<Record<string, Quickstart>> = {
  users: quickstart('users', 'userid', {
    registertime: range('long', 1_704_067_200_000, 1_767_225_600_000),
    userid: userIds,
    regionid: regions,
    gender: options('string', ['FEMALE', 'MALE', 'OTHER']),
  }),
  orders: quickstart('orders', 'orderid', {
    ordertime: times,
    orderid: count('int', 0),
    itemid: { type: 'string', 'arg.properties': { regex: 'Item_[1-9][0-9]{0,2}' } },
    orderunits: range('double', 0.1, 10),
    address: record('address', {
      city: cities,
      state: options('string', ['North', 'East', 'South', 'West']),
      zipcode: range('long', 10_000, 99_999),
    }),
  }),
  pageviews: quickstart('pageviews', 'viewtime', {
    viewtime: count('long', 1, 10),
    userid: userIds,
    pageid: { type: 'string', 'arg.properties': { regex: 'Page_[1-9][0-9]?' } },
  }),
  clickstream: quickstart('clickstream', 'ip', {
    ip: ips,
    userid: range('int', 1, 40),
    remote_user: options('string', ['-']),
    time: count('long', 1, 10),
    _time: count('long', 1, 10),
    request: options('string', [
      'GET /index.html HTTP/1.1',
      'GET /images/logo.png HTTP/1.1',
      'GET /products?page=2 HTTP/1.1',
      'POST /cart HTTP/1.1',
      'POST /login HTTP/1.1',
    ]),
    status: options('string', ['200', '302', '404', '405', '406', '407']),
    bytes: range('int', 200, 20_000),
    referrer: options('string', ['-', 'https://search.example/', 'https://news.example/today']),
    agent: options('string', [
      'Mozilla/5.0 (X11; Linux x86_64)',
      'Mozilla/5.0 (Macintosh)',
      'curl/8.5.0',
    ]),
  }),
  clickstream_users: quickstart('clickstream_users', 'user_id', {
    user_id: count('int', 1, 1, 41),
    username: { type: 'string', 'arg.properties': { regex: '[a-z]{4,8}_[0-9]{2}' } },
    registered_at: range('long', 1_704_067_200_000, 1_767_225_600_000),
    first_name: options('string', ['Ada', 'Bo', 'Carla', 'Deniz', 'Emil', 'Fatma']),
    last_name: options('string', ['Berg', 'Costa', 'Demir', 'Ito', 'Novak', 'Okafor']),
    city: cities,
    level: options('string', ['Gold', 'Platinum', 'Silver']),
  }),
  clickstream_codes: quickstart('clickstream_codes', 'code', {
    code: options('int', [200, 302, 404, 405, 406, 407]),
    definition: options('string', ['Fine', 'Moved', 'Missing', 'Refused']),
  }),
  ratings: quickstart('ratings', 'rating_id', {
    rating_id: count('long', 1),
    user_id: range('int', 1, 20),
    stars: range('int', 1, 6),
    route_id: range('int', 1, 10_000),
    rating_time: times,
    channel: options('string', ['android', 'ios', 'ios-test', 'web']),
    message: options('string', [
      'On time and friendly',
      'Late again',
      'The seats were too small',
      'Would book again',
      'Nobody answers the phone',
    ]),
  }),
  stock_trades: quickstart('stock_trades', 'symbol', {
    side: options('string', ['BUY', 'SELL']),
    quantity: range('int', 1, 5000),
    symbol: options('string', ['ZBZX', 'ZJZZT', 'ZTEST', 'ZVV', 'ZVZZT', 'ZWZZT', 'ZXZZT']),
    price: range('int', 5, 1000),
    account: { type: 'string', 'arg.properties': { regex: '[A-Z]{3}[0-9]{3}' } },
    userid: userIds,
  }),
  inventory: quickstart('inventory', 'id', {
    id: count('long', 0),
    quantity: range('int', 0, 100),
    productid: range('int', 1, 200),
  }),
  transactions: quickstart('transactions', 'transaction_id', {
    transaction_id: count('long', 1),
    card_id: range('long', 1, 1000),
    user_id: userIds,
    purchase_id: count('long', 0),
    store_id: range('int', 1, 8),
  }),
}

function quickstart(name: string, keyField: string, fields: JsonObject): Quickstart {
  return { keyField, schema: { ...record(name, fields), namespace: 'millrace.datagen' } }
}

function record(name: string, fields: JsonObject): JsonObject {
  return {
    type: 'record',
    name,
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
  }
}

function options(type: string, values: readonly unknown[]): JsonObject {
  return { type, 'arg.properties': { options: values } }
}

function range(type: string, min: number, max: number): JsonObject {
  return { type, 'arg.properties': { range: { min, max } } }
}

function count(type: string, start: number, step = 1, restart?: number): JsonObject {
  const iteration = restart === undefined ? { start, step } : { start, step, restart }
  return { type, 'arg.properties': { iteration } }
}
