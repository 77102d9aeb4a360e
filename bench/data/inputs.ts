import { writeFileSync } from 'node:fs'

/** Records that one pass goes over. */
export const RECORDS = 1000

const field = (name: string, type: string, more: object = {}) => ({
  type,
  optional: false,
  ...more,
  field: name,
})

/** Of the payloads, as JsonConverter has it in envelopes. */
const schema = {
  type: 'struct',
  fields: [
    field('id', 'int64'),
    field('customer', 'string'),
    field('amount', 'double'),
    field('quantity', 'int32'),
    field('paid', 'boolean'),
    field('note', 'string', { optional: true }),
    field('tags', 'array', { items: { type: 'string', optional: false } }),
    field('address', 'struct', {
      fields: [field('street', 'string'), field('zip', 'string'), field('city', 'string')],
    }),
    field('created', 'int64'),
  ],
  optional: false,
  name: 'Order',
}

const avro = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'customer', type: 'string' },
    { name: 'amount', type: 'double' },
    { name: 'quantity', type: 'int' },
    { name: 'paid', type: 'boolean' },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    {
      name: 'address',
      type: {
        type: 'record',
        name: 'Address',
        fields: ['street', 'zip', 'city'].map((name) => ({ name, type: 'string' })),
      },
    },
    { name: 'created', type: 'long' },
  ],
}

const cities = ['Berlin', 'Zürich', 'Praha', 'Łódź', 'Lisboa', 'Kyiv', '東京', 'Oslo']
const words = ['urgent', 'gift', 'b2b', 'return', 'fragile', 'export']

/** An order of some 300 bytes; the same for the same index. */
function payload(index: number): string {
  const cents = (index * 7919) % 100_000
  const amount = cents % 100 === 0 ? `${cents / 100}.0` : String(cents / 100)
  const tags = words.slice(index % 4, (index % 4) + (index % 3))
  const parts = {
    id: index * 104_729,
    customer: `customer ${index} of many`,
    amount: '@',
    quantity: index % 40,
    paid: index % 3 === 0,
    note: index % 4 === 0 ? `leave it "at the door", please; bell ${index}` : null,
    tags,
    address: {
      street: `Long Street ${index % 250}`,
      zip: String(10_000 + (index % 9000)),
      city: cities[index % cities.length],
    },
    created: 1_700_000_000_000 + index * 997,
  }
  return JSON.stringify(parts).replace('"@"', amount)
}

/** Writes the schema of the records, the same for Avro, then a line of JSON for each record. */
export function writeInputs(file: string): void {
  const payloads = Array.from({ length: RECORDS }, (_, index) => payload(index))
  const lines = [JSON.stringify(schema), JSON.stringify(avro), ...payloads]
  writeFileSync(file, `${lines.join('\n')}\n`)
}
