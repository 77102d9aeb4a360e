import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Int32 } from '../../src/data/numbers.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import {
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import { validateValue } from '../../src/data/validate.ts'

const schema = SchemaBuilder.struct()
  .name('person')
  .field('id', INT64_SCHEMA)
  .field('name', OPTIONAL_STRING_SCHEMA)
  .build()

test('a struct gives back what was put, defaults for the rest', () => {
  const withDefault = SchemaBuilder.struct()
    .field('n', SchemaBuilder.int32().defaultValue(3).build())
    .build()
  const struct = new Struct(withDefault)
  assert.equal(struct.get('n'), 3)
  assert.equal(struct.getWithoutDefault('n'), null)
  assert.equal(struct.put('n', 4).getInt32('n'), 4)
})

test('a refused value names the field and leaves the struct as it was', () => {
  const struct = new Struct(schema).put('id', 1n)
  assert.throws(() => struct.put('name', 5), {
    code: 'DATA_INVALID',
    message:
      'Invalid Java object for schema with type STRING: class java.lang.Long for field: "name"',
  })
  assert.throws(() => struct.put('nope', 5), { message: 'nope is not a valid field name' })
  assert.equal(String(struct), 'Struct{id=1}')
})

const wrongForms: ReadonlyArray<[what: string, check: () => void, message: RegExp]> = [
  ['a number for INT64', () => validateValue(INT64_SCHEMA, 5, 'f'), /a number, not a bigint/],
  ['a boxed number', () => validateValue(INT32_SCHEMA, new Int32(5)), /a boxed number/],
  [
    'an object for a MAP',
    () => validateValue(SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).build(), { a: 1 }),
    /an object, not a Map/,
  ],
]

for (const [what, check, message] of wrongForms) {
  test(`with a schema, ${what} is refused with what to use instead`, () => {
    assert.throws(check, { code: 'DATA_INVALID', message })
  })
}

test('objects of another copy of the package are recognised', async () => {
  const copy = '../../src/data/struct.ts?copy'
  const other: typeof import('../../src/data/struct.ts') = await import(copy)
  const foreign = new other.Struct(schema).put('id', 1n)
  assert.notEqual(other.Struct, Struct)
  assert.ok(foreign instanceof Struct)
  assert.ok(foreign.equals(new Struct(schema).put('id', 1n)))
  const outer = SchemaBuilder.struct().field('inner', schema).build()
  assert.equal(new Struct(outer).put('inner', foreign).getStruct('inner'), foreign)
})

test('schemas are equal by content', () => {
  const again = SchemaBuilder.struct()
    .name('person')
    .field('id', INT64_SCHEMA)
    .field('name', SchemaBuilder.string().optional().build())
    .build()
  assert.ok(schema.equals(again))
  assert.ok(!schema.equals(SchemaBuilder.struct().name('person').build()))
})
